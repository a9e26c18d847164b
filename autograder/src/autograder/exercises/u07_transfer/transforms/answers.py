# %% right="torchvision v2"
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% right="plain functions, interpolated by hand" shown="It cuts and resizes tensors without torchvision's classes, so every step is in sight."
def train_transform(size=32, mean=MEAN, std=STD):
    def transform(image):
        _, height, width = image.shape
        share = float(torch.empty(()).uniform_(0.75, 1.0))
        rows, columns = max(1, round(share * height)), max(1, round(share * width))
        top = int(torch.randint(height - rows + 1, ()))
        left = int(torch.randint(width - columns + 1, ()))
        part = image[:, top : top + rows, left : left + columns].float() / 255
        part = F.interpolate(part[None], size=(size, size), mode="bilinear", antialias=True)[0]
        if torch.rand(()) < 0.5:
            part = part.flip(-1)
        return (part - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]

    return transform


def eval_transform(size=32, mean=MEAN, std=STD):
    centre, spread = torch.tensor(mean).view(3, 1, 1), torch.tensor(std).view(3, 1, 1)

    def transform(image):
        _, height, width = image.shape
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        square = image[:, top : top + side, left : left + side].to(torch.float32) / 255
        if side != size:
            square = F.interpolate(square[None], size=size, mode="bilinear", antialias=True)[0]
        return (square - centre) / spread

    return transform


# %% right="a class, padded and shifted, Python's dice" shown="It crops by padding and shifting instead of resizing a random part: gentler, and usual for CIFAR-10."
import random


class Prepare:
    def __init__(self, size, mean, std, dice):
        self.size, self.dice = size, dice
        self.mean = torch.as_tensor(mean)[:, None, None]
        self.std = torch.as_tensor(std)[:, None, None]

    def __call__(self, image):
        image = v2.functional.center_crop(v2.functional.resize(image, self.size), self.size)
        x = (image / 255.0 - self.mean) / self.std
        if self.dice:
            pad = max(1, self.size // 8)
            top, left = random.randint(0, 2 * pad), random.randint(0, 2 * pad)
            padded = F.pad(x[None], (pad, pad, pad, pad), mode="replicate")[0]
            x = padded[:, top : top + self.size, left : left + self.size]
            if random.random() < 0.5:
                x = x.flip(2)
        return x


def train_transform(size=32, mean=MEAN, std=STD):
    return Prepare(size, mean, std, dice=True)


def eval_transform(size=32, mean=MEAN, std=STD):
    return Prepare(size, mean, std, dice=False)


# %% wrong="no dice in training" diagnosis="not_random" points=6
# Believes that a transform for training only prepares.
def train_transform(size=32, mean=MEAN, std=STD):
    return eval_transform(size, mean, std)


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="dice in the evaluation" diagnosis="random_at_evaluation" points=4
# Believes that test images are treated as training images are.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return train_transform(size, mean, std)


# %% wrong="bytes never scaled" diagnosis="not_scaled" points=5
# Believes that a float between 0 and 255 is what mean and std are meant for.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="never normalised" diagnosis="not_normalised" points=5
# Believes that values from 0 to 1 are normalised.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )


# %% wrong="ImageNet numbers for everything" diagnosis="own_statistics_ignored" points=4
# Believes that these numbers belong to every network.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )


# %% wrong="normalised in training only" diagnosis="not_normalised" points=6
# Believes that normalisation is an augmentation.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )


# %% wrong="squashed into a square" diagnosis="squashed" points=7
# Believes that a resize to a square keeps the picture.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize((size, size)),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="cut without resizing" diagnosis="not_resized" points=7
# Believes that a crop is enough.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="mirrored and no more" diagnosis="only_mirrored" points=6
# Believes that a mirror is augmentation enough.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="cut and never mirrored" diagnosis="never_mirrored" points=6
# Forgets half of the contract.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="mirrored upside down as well" diagnosis="upside_down" points=6
# Believes that every mirror image is as likely as the picture.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.RandomVerticalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="parts as small as they come" diagnosis="tiny_parts" points=7
# Believes that the defaults of a library fit every task.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="colours shaken" diagnosis="colours_changed" points=7
# Adds an augmentation that nobody asked for.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(brightness=(1.2, 1.6)),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="always 32 pixels" diagnosis="wrong_shape" points=0
# Believes that the size is known.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(32, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(32),
            v2.CenterCrop(32),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="dice thrown once" diagnosis="not_random" points=6
# Draws when the transform is made, not when it is called.
def train_transform(size=32, mean=MEAN, std=STD):
    seed = int(torch.randint(1000, ()))
    prepare = v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )

    def transform(image):
        torch.manual_seed(seed)
        return prepare(image)

    return transform


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="ToTensor, as with PIL images" diagnosis="to_tensor_of_a_tensor" points=0
# Copies the line of every tutorial.
from torchvision import transforms


def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            transforms.ToTensor(),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            transforms.ToTensor(),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="normalised before the change of dtype" diagnosis="bytes_normalised" points=0
# Believes that the order does not matter.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.Normalize(mean, std),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.Normalize(mean, std),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )


# %% wrong="mean and standard deviation swapped" diagnosis="mean_and_std_swapped" points=5
# Mixes up two arguments.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(std, mean),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(std, mean),
        ]
    )


# %% wrong="cut after the resize" diagnosis="square_never_cut" points=6
# Cuts size × size out of what is size × size already.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.RandomCrop(size),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="the whole image always" diagnosis="only_mirrored" points=6
# Believes that scale is about the size of the result.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(1.0, 1.0), ratio=(1.0, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="upscaled and cut, as for ImageNet" diagnosis="resized_larger" points=5
# Takes over ImageNet's 256 and 224.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size * 256 // 224),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="the upper left square" diagnosis="corner_kept" points=7
# Cuts off at one end.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.Lambda(lambda image: image[:, :size, :size]),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


# %% wrong="colours shaken both ways" diagnosis="colours_changed" points=7
# Adds an augmentation that nobody asked for.
def train_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(brightness=0.4),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(size=32, mean=MEAN, std=STD):
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )
