# %% case="method borrowed from outside" exercise="BatchNorm2d" called="torch.nn.BatchNorm2d"
class BatchNorm2d(nn.Module):
    pass
BatchNorm2d.forward = nn.BatchNorm2d.forward
