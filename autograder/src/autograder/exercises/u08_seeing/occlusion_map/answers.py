# %% right="two loops, one covered image at a time"
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    def probability(image):
        return model(image[None]).softmax(dim=1)[0, target].item()

    height, width = x.shape[1:]
    drops = torch.zeros((height - size) // stride + 1, (width - size) // stride + 1)
    with in_eval_mode(model), torch.no_grad():
        before = probability(x)
        for row in range(drops.shape[0]):
            for column in range(drops.shape[1]):
                covered = x.clone()
                top, left = row * stride, column * stride
                covered[:, top : top + size, left : left + size] = fill
                drops[row, column] = before - probability(covered)
    return drops


# %% right="masks unfolded from a grid, all images in one batch" shown="It makes all covered images first and asks the model once: fast, at the price of memory."
@torch.no_grad()
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    numbers = torch.arange(height * width).view(1, 1, height, width).float()
    covered_pixels = F.unfold(numbers, size, stride=stride)[0].long()  # (size², places)
    open_pixels = torch.ones(covered_pixels.shape[1], height * width)
    open_pixels.scatter_(1, covered_pixels.t(), 0.0)
    open_pixels = open_pixels.view(-1, 1, height, width)
    images = torch.where(open_pixels.bool(), x[None], torch.as_tensor(fill, dtype=x.dtype))
    with in_eval_mode(model):
        before = F.softmax(model(x[None]), dim=-1)[0, target]
        after = F.softmax(model(images), dim=-1)[:, target]
    return (before - after).reshape(len(range(0, height - size + 1, stride)), -1)


# %% right="cover, ask, uncover, on one copy" shown="It covers and uncovers one single copy, so the memory needed doesn't grow."
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    work, rows = x.detach().clone(), []
    with in_eval_mode(model), torch.inference_mode():
        before = torch.softmax(model(x.unsqueeze(0)), 1)[0][target]
        for top in range(0, x.size(1) - size + 1, stride):
            row = []
            for left in range(0, x.size(2) - size + 1, stride):
                window = work[:, top : top + size, left : left + size]
                saved = window.clone()
                window.fill_(fill)
                row.append(float(before - torch.softmax(model(work.unsqueeze(0)), 1)[0][target]))
                window.copy_(saved)
            rows.append(row)
    return torch.tensor(rows)


# %% wrong="the drop of the logit" diagnosis="logit_not_probability" points=4
# Believes that logit and probability tell the same.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered]))[:, target]
    rows = len(range(0, height - size + 1, stride))
    return (said[0] - said[1:]).view(rows, -1)


# %% wrong="after minus before" diagnosis="drop_upside_down" points=4
# Thinks of a change, not of a drop.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    rows = len(range(0, height - size + 1, stride))
    return (said[1:] - said[0]).view(rows, -1)


# %% wrong="what is left, not what is lost" diagnosis="not_the_drop" points=4
# Believes that the map holds the probability under the cover.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    rows = len(range(0, height - size + 1, stride))
    return said[1:].view(rows, -1)


# %% wrong="absolute drops" diagnosis="drop_without_sign" points=4
# Believes that covering can only hurt.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    rows = len(range(0, height - size + 1, stride))
    return (said[0] - said[1:]).abs().view(rows, -1)


# %% wrong="covers pile up" diagnosis="covers_pile_up" points=4
# Works on one image, which soon is covered everywhere.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = covered[-1].clone() if covered else x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    rows = len(range(0, height - size + 1, stride))
    return (said[0] - said[1:]).view(rows, -1)


# %% wrong="always covers with zero" diagnosis="fill_ignored" points=7
# Believes that zero is no colour.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = 0.0
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    rows = len(range(0, height - size + 1, stride))
    return (said[0] - said[1:]).view(rows, -1)


# %% wrong="squares that never overlap" diagnosis="stride_ignored" points=4
# Believes that the squares tile the image.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, size):
        for left in range(0, width - size + 1, size):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    rows = len(range(0, height - size + 1, size))
    return (said[0] - said[1:]).view(rows, -1)


# %% wrong="covers the image it was given" diagnosis="covers_pile_up" points=3
# Believes that a function has its arguments for itself.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    with in_eval_mode(model), torch.no_grad():
        before = model(x[None]).softmax(dim=1)[0, target]
        rows = []
        for top in range(0, x.shape[1] - size + 1, stride):
            row = []
            for left in range(0, x.shape[2] - size + 1, stride):
                x[:, top : top + size, left : left + size] = fill
                row.append(before - model(x[None]).softmax(dim=1)[0, target])
            rows.append(torch.stack(row))
    return torch.stack(rows)


# %% wrong="training mode" diagnosis="evaluation_mode_forgotten" points=7
# Believes that no_grad is all that measuring needs.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    rows = len(range(0, height - size + 1, stride))
    return (said[0] - said[1:]).view(rows, -1)


# %% wrong="the graph of every covered image" diagnosis="graph_kept" points=7
# Believes that eval() switches gradients off.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model):
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    rows = len(range(0, height - size + 1, stride))
    return (said[0] - said[1:]).view(rows, -1)


# %% wrong="rows and columns swapped" diagnosis="rows_and_columns_swapped" points=4
# Believes that x comes before y everywhere.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for left in range(0, width - size + 1, stride):
        for top in range(0, height - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    return (said[0] - said[1:]).view(len(range(0, width - size + 1, stride)), -1)


# %% wrong="the last place missing" diagnosis="last_place_missing" points=4
# Believes that range() includes its end.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    rows, columns = range(0, height - size, stride), range(0, width - size, stride)
    covered = []
    for top in rows:
        for left in columns:
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        said = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    return (said[0] - said[1:]).view(len(rows), len(columns))


# %% wrong="squares that stick out over the edge" diagnosis="squares_over_the_edge" points=4
# Lets the squares start anywhere in the image, whether they fit or not.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height, stride):
        for left in range(0, width, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        probability = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    return (probability[0] - probability[1:]).view(len(range(0, height, stride)), -1)


# %% wrong="the class that the network finds most likely" diagnosis="target_ignored" points=4
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    with in_eval_mode(model), torch.no_grad():
        winner = model(x[None]).argmax()
        whole = model(x[None]).softmax(1)[0, winner]
        rows = []
        for top in range(0, x.shape[1] - size + 1, stride):
            row = []
            for left in range(0, x.shape[2] - size + 1, stride):
                covered = x.clone()
                covered[:, top : top + size, left : left + size] = fill
                row.append(whole - model(covered[None]).softmax(1)[0, winner])
            rows.append(torch.stack(row))
    return torch.stack(rows)


# %% wrong="covers the first channel only" diagnosis="one_channel_covered" points=4
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    with in_eval_mode(model), torch.no_grad():
        whole = model(x[None]).softmax(1)[0, target]
        rows = []
        for top in range(0, x.shape[1] - size + 1, stride):
            row = []
            for left in range(0, x.shape[2] - size + 1, stride):
                covered = x.clone()
                covered[0, top : top + size, left : left + size] = fill
                row.append(whole - model(covered[None]).softmax(1)[0, target])
            rows.append(torch.stack(row))
    return torch.stack(rows)


# %% wrong="one minus what is left" diagnosis="drop_from_certainty" points=4
# Believes that the network was certain before.
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    rows = []
    with in_eval_mode(model), torch.no_grad():
        for top in range(0, x.shape[1] - size + 1, stride):
            for left in range(0, x.shape[2] - size + 1, stride):
                covered = x.clone()
                covered[:, top : top + size, left : left + size] = fill
                rows.append(1 - model(covered[None]).softmax(dim=1)[0, target])
    return torch.stack(rows).view((x.shape[1] - size) // stride + 1, -1)
