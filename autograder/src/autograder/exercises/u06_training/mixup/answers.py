# %% right="two blends"
def mixup(x, y, lam, permutation, num_classes):
    rows = F.one_hot(y, num_classes).float()
    mixed = lam * x + (1 - lam) * x[permutation]
    targets = lam * rows + (1 - lam) * rows[permutation]
    return mixed, targets


# %% right="torch.lerp, and rows of an identity matrix" shown="lerp is the blend itself; row k of an identity matrix is the one-hot row of class k."
def mixup(x, y, lam, permutation, num_classes):
    identity = torch.eye(num_classes)
    mixed = torch.lerp(x[permutation], x, lam)
    return mixed, torch.lerp(identity[y[permutation]], identity[y], lam)


# %% right="one image after another, shares added up in a table" shown="It adds shares to a table, so two images of one class come to 1 without a special case."
def mixup(x, y, lam, permutation, num_classes):
    images, table = [], torch.zeros(len(x), num_classes, dtype=torch.float64)
    for i, j in enumerate(permutation.tolist()):
        images.append(x[i] * lam + x[j] * (1 - lam))
        table[i, y[i]] += lam
        table[i, y[j]] += 1 - lam
    return torch.stack(images), table


# %% wrong="the targets of the first images" diagnosis="labels_not_mixed" points=0
# Believes that the label belongs to the file, whatever becomes of the image.
def mixup(x, y, lam, permutation, num_classes):
    rows = F.one_hot(y, num_classes).float()
    mixed = lam * x + (1 - lam) * x[permutation]
    targets = rows
    return mixed, targets


# %% wrong="class numbers blended" diagnosis="class_numbers_mixed" points=0
# Believes that between class 2 and class 4 there is class 3.
def mixup(x, y, lam, permutation, num_classes):
    mixed = lam * x + (1 - lam) * x[permutation]
    return mixed, lam * y + (1 - lam) * y[permutation]


# %% wrong="the larger share takes the label" diagnosis="winner_takes_all" points=1
# Believes that an image has one class.
def mixup(x, y, lam, permutation, num_classes):
    rows = F.one_hot(y, num_classes).float()
    mixed = lam * x + (1 - lam) * x[permutation]
    targets = rows if lam >= 0.5 else rows[permutation]
    return mixed, targets


# %% wrong="λ for the partner" diagnosis="shares_exchanged" points=0
# Mixes up whose share λ is.
def mixup(x, y, lam, permutation, num_classes):
    rows = F.one_hot(y, num_classes).float()
    mixed = (1 - lam) * x + lam * x[permutation]
    targets = (1 - lam) * rows + lam * rows[permutation]
    return mixed, targets


# %% wrong="the image gets λ, the target 1 − λ" diagnosis="label_shares_exchanged" points=0
# A slip in one of the two lines.
def mixup(x, y, lam, permutation, num_classes):
    rows = F.one_hot(y, num_classes).float()
    mixed = lam * x + (1 - lam) * x[permutation]
    targets = (1 - lam) * rows + lam * rows[permutation]
    return mixed, targets


# %% wrong="partners drawn anew" diagnosis="wrong_values" points=0
# Draws partners although they are given.
def mixup(x, y, lam, permutation, num_classes):
    rows = F.one_hot(y, num_classes).float()
    partner = torch.arange(len(x)).roll(1)
    return lam * x + (1 - lam) * x[partner], lam * rows + (1 - lam) * rows[partner]


# %% wrong="the permutation the other way round" diagnosis="permutation_inverted" points=0
# Believes that x[permutation] and its inverse are the same.
def mixup(x, y, lam, permutation, num_classes):
    rows = F.one_hot(y, num_classes).float()
    mixed, targets = lam * x, lam * rows
    mixed[permutation] += (1 - lam) * x
    targets[permutation] += (1 - lam) * rows
    return mixed, targets


# %% wrong="blends in place" diagnosis="changes_its_input" points=0
# Saves memory with the caller's images.
def mixup(x, y, lam, permutation, num_classes):
    partners = x[permutation]
    rows = F.one_hot(y, num_classes).float()
    x.mul_(lam).add_(partners, alpha=1 - lam)
    return x, lam * rows + (1 - lam) * rows[permutation]


# %% wrong="as many columns as there are classes in the batch" diagnosis="classes_counted" points=0
# Believes that one_hot knows how many classes there are.
def mixup(x, y, lam, permutation, num_classes):
    rows = F.one_hot(y).float()
    mixed = lam * x + (1 - lam) * x[permutation]
    targets = lam * rows + (1 - lam) * rows[permutation]
    return mixed, targets


# %% wrong="torchvision's MixUp" diagnosis="refused_call" points=0
# The shortcut, which draws λ by itself.
import torchvision.transforms.v2 as transforms


def mixup(x, y, lam, permutation, num_classes):
    return transforms.MixUp(alpha=lam, num_classes=num_classes)(x, y)


# %% wrong="class numbers blended and rounded" diagnosis="class_numbers_mixed" points=1
# Makes the blend of two numbers a class again.
def mixup(x, y, lam, permutation, num_classes):
    mixed = lam * x + (1 - lam) * x[permutation]
    number = (lam * y + (1 - lam) * y[permutation]).round().long()
    return mixed, F.one_hot(number, num_classes).float()
