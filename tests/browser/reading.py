"""Whether a notebook reads well: its Markdown is understood, and its pictures are there."""

# What is left of Markdown that was not understood, and pictures that are none.
FAULTS = r"""() => {
  const found = [];
  for (const cell of document.querySelectorAll('.jp-RenderedMarkdown')) {
    const copy = cell.cloneNode(true);
    for (const part of copy.querySelectorAll('code, pre, mjx-container')) part.remove();
    const left = copy.textContent.match(/\$[^ \d]|\\[a-zA-Z]{2,}|\*\*|\]\(/);
    if (left) found.push(left[0] + ' in ' + copy.textContent.slice(0, 120));
    for (const fault of cell.querySelectorAll('mjx-merror')) found.push(fault.textContent);
    for (const image of cell.querySelectorAll('img'))
      if (!image.src.startsWith('https:') && !image.naturalWidth) found.push(image.src);
  }
  return found;
}"""


def faults_of_text(page):
    """What a reader would stumble over in the open notebook, from its first cell to its last."""
    found, most = set(), 0
    for _ in _windows(page):
        page.wait_for_function("[...document.images].every((image) => image.complete)")
        found.update(page.evaluate(FAULTS))
        most = max(most, page.locator(".jp-RenderedMarkdown:visible").count())
    assert most > 2, "There was no text to read."
    return found


def _windows(page):
    """Moves the open notebook past the window, for lab draws only what is in it."""
    panel = page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer")
    position = 0
    while position < panel.evaluate("panel => panel.scrollHeight"):
        panel.evaluate("(panel, to) => panel.scrollTo(0, to)", position)
        page.wait_for_timeout(150)
        yield position
        position += 700
    panel.evaluate("panel => panel.scrollTo(0, 0)")
