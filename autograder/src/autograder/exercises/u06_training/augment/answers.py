# %% right="one image after another"
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% right="gathered at once, masks by broadcasting" shown="It has no loop over images: index tensors say for every pixel where it comes from. Much faster for large batches."
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    p = padding
    padded = x.new_zeros(n, x.shape[1], height + 2 * p, width + 2 * p)
    padded[:, :, p : p + height, p : p + width] = x
    top = torch.randint(0, 2 * p + 1, (n, 1, 1), generator=generator)
    left = torch.randint(0, 2 * p + 1, (n, 1, 1), generator=generator)
    mirrored = torch.randint(2, (n, 1, 1), generator=generator).bool()
    rows = top + torch.arange(height).view(1, -1, 1)
    columns = torch.arange(width).view(1, 1, -1)
    columns = left + torch.where(mirrored, width - 1 - columns, columns)
    return padded[torch.arange(n).view(-1, 1, 1), :, rows, columns].permute(0, 3, 1, 2)


def cutout(x, size, generator):
    n, _, height, width = x.shape
    centre = torch.randint(height * width, (n, 1, 1), generator=generator)
    row, column = centre // width, centre % width
    down = torch.arange(height).view(1, -1, 1) - row + size // 2
    right = torch.arange(width).view(1, 1, -1) - column + size // 2
    inside = (down >= 0) & (down < size) & (right >= 0) & (right < size)
    return x * (~inside).unsqueeze(1)


# %% right="flips first, then one group of images for each offset" shown="It loops over the few possible offsets, not over the images."
def random_crop_flip(x, padding, generator):
    height, width = x.shape[-2:]
    coin = torch.rand(len(x), 1, 1, 1, generator=generator)
    x = torch.where(coin < 0.5, torch.flip(x, dims=[3]), x)
    offsets = torch.floor(torch.rand(len(x), 2, generator=generator) * (2 * padding + 1)).long()
    wide = nn.ZeroPad2d(padding)(x)
    out = torch.zeros_like(x)
    for i, j in {tuple(pair) for pair in offsets.tolist()}:
        chosen = (offsets[:, 0] == i) & (offsets[:, 1] == j)
        out[chosen] = wide[chosen][:, :, i : i + height, j : j + width]
    return out


def cutout(x, size, generator):
    n, channels, height, width = x.shape
    keep = torch.ones(n, height + 2 * size, width + 2 * size)
    rows = torch.randint(height, size=(n,), generator=generator) - size // 2 + size
    columns = torch.randint(width, size=(n,), generator=generator) - size // 2 + size
    for mask, r, c in zip(keep, rows.tolist(), columns.tolist()):
        mask[r : r + size, c : c + size] = 0
    return x * keep[:, None, size : size + height, size : size + width]


# %% wrong="one offset for the whole batch" diagnosis="one_offset_for_all" points=7
# Believes that a batch is augmented as one image.
def random_crop_flip(x, padding, generator):
    height, width = x.shape[2:]
    i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
    crop = F.pad(x, (padding,) * 4)[:, :, i : i + height, j : j + width]
    mirrored = torch.rand(len(x), generator=generator) < 0.5
    return torch.where(mirrored.view(-1, 1, 1, 1), crop.flip(-1), crop)


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="one coin for the whole batch" diagnosis="one_flip_for_all" points=6.5
# Draws the offsets for each image, and then `if torch.rand(1) < 0.5` for all of them.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        result[k] = crop
    return result.flip(-1) if torch.rand(1, generator=generator) < 0.5 else result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="no flip" diagnosis="never_flipped" points=6.5
# Half of the name is forgotten. (Without a border nothing is random then.)
def random_crop_flip(x, padding, generator):
    height, width = x.shape[2:]
    crops = []
    for image in F.pad(x, (padding,) * 4):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crops.append(image[:, i : i + height, j : j + width])
    return torch.stack(crops)


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="randint leaves out its end" diagnosis="last_offset_missing" points=7
# Believes that the border has 2p offsets, or that randint reaches its end.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(max(1, 2 * padding), (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="the same offset down and to the right" diagnosis="same_offset_both_ways" points=7
# Saves a random number.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i = j = int(torch.randint(2 * padding + 1, (), generator=generator))
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="rolled around" diagnosis="border_not_zero" points=7
# Moves images with torch.roll, and what leaves on one side comes in on the other.
def random_crop_flip(x, padding, generator):
    n = len(x)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = x[k].roll((i - padding, j - padding), dims=(-2, -1))
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="upside down" diagnosis="flipped_upside_down" points=6.5
# Believes that the last dimension but one is the horizontal one.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-2)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="torch's own random numbers" diagnosis="generator_ignored" points=7.5
# Believes that the generator is there for decoration.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,)).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand(()) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, ()))
        column = int(torch.randint(width, ()))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="seeds torch from the generator" diagnosis="global_state_touched" points=9.5
# Takes a seed out of the generator, and starts everybody's random numbers with it.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    torch.manual_seed(int(torch.randint(10**6, (), generator=generator)))
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,)).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand(()) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="a new generator for every batch" diagnosis="generator_restarted" points=9.5
# Makes the batches reproducible, and all of them alike.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    generator = torch.Generator().manual_seed(generator.initial_seed())
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="a slice that starts below zero" diagnosis="negative_slice" points=8.5
# Believes that a slice which starts before the image starts at its edge.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, top : top + size, left : left + size] = 0
    return result


# %% wrong="the hole always inside" diagnosis="never_clipped" points=8.5
# Believes that a square has to fit.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        top = int(torch.randint(height - size + 1, (), generator=generator))
        left = int(torch.randint(width - size + 1, (), generator=generator))
        result[k, :, top : top + size, left : left + size] = 0
    return result


# %% wrong="size // 2 to both sides" diagnosis="one_pixel_short" points=8.5
# The formula of many programs: right for even sizes alone.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : row + size // 2, max(0, left) : column + size // 2] = 0
    return result


# %% wrong="a hole for each channel" diagnosis="channels_apart" points=8.5
# Believes that colour channels are images of their own.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, channels, height, width = x.shape
    result = x.reshape(n * channels, 1, height, width).clone()
    for k in range(n * channels):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result.reshape(x.shape)


# %% wrong="filled with the mean" diagnosis="hole_not_zero" points=8
# Fills the hole with the average colour, as another paper does.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = x[k].mean()
    return result


# %% wrong="cuts holes into the images that were given" diagnosis="changes_its_input" points=6
# Believes that a batch is a copy anyway.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="torchvision's crop and flip" diagnosis="refused_call" points=0
# The shortcut, through an import under another name.
from torchvision.transforms import v2 as tv


def random_crop_flip(x, padding, generator):
    move = tv.Compose([tv.RandomCrop(x.shape[-2:], padding=padding), tv.RandomHorizontalFlip()])
    return torch.stack([move(image) for image in x])


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="three offsets whatever the border" diagnosis="some_never_happen" points=9
# Writes down 2p + 1 for the border of one pixel.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="a hole in the first channel" diagnosis="one_channel_cut" points=8.5
# Forgets the colon for the channels.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 2, column - size // 2
        result[k, 0, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result


# %% wrong="holes twice as large" diagnosis="size_is_radius" points=8
# Goes `size` pixels from the centre to each side.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        result[k, :, max(0, row - size) : row + size, max(0, column - size) : column + size] = 0
    return result


# %% wrong="holes that slide along the border" diagnosis="slides_along_the_border" points=8.5
# Clips the start first, and counts the end from there.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = max(0, row - size // 2), max(0, column - size // 2)
        result[k, :, top : top + size, left : left + size] = 0
    return result


# %% wrong="a third of the size ahead" diagnosis="even_size_off_centre" points=10.5
# A slip, right for a size of 3.
def random_crop_flip(x, padding, generator):
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4)
    result = torch.empty_like(x)
    for k in range(n):
        i, j = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        crop = padded[k, :, i : i + height, j : j + width]
        if torch.rand((), generator=generator) < 0.5:
            crop = crop.flip(-1)
        result[k] = crop
    return result


def cutout(x, size, generator):
    n, _, height, width = x.shape
    result = x.clone()
    for k in range(n):
        row = int(torch.randint(height, (), generator=generator))
        column = int(torch.randint(width, (), generator=generator))
        top, left = row - size // 3, column - size // 3
        result[k, :, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result
