# %% right="torch's convolution of int64"
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    x = xq.long() - x_zero
    sums = F.conv2d(x, wq.long(), stride=stride, padding=padding)
    y = sums.float() * (x_scale * w_scales).view(1, -1, 1, 1)
    if bias is not None:
        y = y + bias.view(1, -1, 1, 1)
    return y


# %% right="windows laid out, one product of matrices" shown="It lays all windows out as columns and needs one product of matrices; int32 holds every sum here."
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    k = wq.shape[-1]
    padded = F.pad(xq, (padding, padding, padding, padding), value=x_zero)
    x = padded.to(torch.int32) - x_zero
    windows = x.unfold(2, k, stride).unfold(3, k, stride)  # (N, C, H', W', k, k)
    n, c, height, width = windows.shape[:4]
    columns = windows.permute(0, 2, 3, 1, 4, 5).reshape(n, height * width, c * k * k)
    sums = (columns @ wq.to(torch.int32).flatten(1).T).transpose(1, 2)
    sums = sums.reshape(n, len(wq), height, width)
    y = sums.to(torch.float32) * x_scale * w_scales[:, None, None]
    return y if bias is None else y + bias[:, None, None]


# %% right="float64, and the zero point taken off at the end" shown="It convolves the bytes as they are and takes x_zero times the sum of the weights off afterwards: what ONNX Runtime does, because that sum can be computed once, before any image comes."
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    padded = F.pad(xq, (padding,) * 4, value=x_zero)
    sums = F.conv2d(padded.double(), wq.double(), stride=stride)
    sums = sums - x_zero * wq.double().sum(dim=(1, 2, 3)).view(-1, 1, 1)
    y = (sums * x_scale * w_scales.double().view(-1, 1, 1)).float()
    return y if bias is None else (y + bias.view(-1, 1, 1))


# %% wrong="pads bytes with 0" diagnosis="padded_with_zero" points=6
# For floats, 0 is nothing; for these bytes it's the lowest number of all.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    padded = F.pad(xq, (padding,) * 4)
    sums = F.conv2d(padded.double() - x_zero, wq.double(), stride=stride)
    y = sums.float() * (x_scale * w_scales).view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)


# %% wrong="bytes as they are" diagnosis="zero_point_ignored" points=0
# Takes the byte for the number.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    sums = F.conv2d(xq.double(), wq.double(), stride=stride, padding=padding)
    y = sums.float() * (x_scale * w_scales).view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)


# %% wrong="subtracts before it converts" diagnosis="bytes_wrap_around" points=2
# The difference of two bytes is a byte, and wraps around.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    x = F.pad(xq, (padding,) * 4, value=x_zero) - x_zero
    sums = F.conv2d(x.double(), wq.double(), stride=stride)
    y = sums.float() * (x_scale * w_scales).view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)


# %% wrong="float32 is precise enough" diagnosis="float32_sums" points=8
# True for small layers.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    x = F.pad(xq, (padding,) * 4, value=x_zero).float() - x_zero
    y = F.conv2d(x, wq.float(), stride=stride) * (x_scale * w_scales).view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)


# %% wrong="the bias among the whole numbers" diagnosis="bias_scaled" points=5
# Adds the bias where convolutions usually add it.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    x = F.pad(xq, (padding,) * 4, value=x_zero).double() - x_zero
    sums = F.conv2d(x, wq.double(), stride=stride)
    if bias is not None:
        sums = sums + bias.view(-1, 1, 1)
    return (sums * (x_scale * w_scales).view(-1, 1, 1)).float()


# %% wrong="the first channel's scale" diagnosis="one_scale_for_all" points=4
# Thinks of a scale for the layer.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    x = F.pad(xq, (padding,) * 4, value=x_zero).double() - x_zero
    y = F.conv2d(x, wq.double(), stride=stride).float() * (x_scale * w_scales[0])
    return y if bias is None else y + bias.view(-1, 1, 1)


# %% wrong="stays in float64" diagnosis="not_float32" points=4
# The scales are promoted along with the sums.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    x = F.pad(xq, (padding,) * 4, value=x_zero).double() - x_zero
    y = F.conv2d(x, wq.double(), stride=stride) * (x_scale * w_scales).view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)


# %% wrong="signed bytes" diagnosis="read_as_signed" points=0
# Everything is int8 in a network called INT8.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    x = F.pad(xq, (padding,) * 4, value=x_zero).to(torch.int8).double() - x_zero
    y = F.conv2d(x, wq.double(), stride=stride).float() * (x_scale * w_scales).view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)


# %% wrong="a library call" diagnosis="refused_call" points=0
# Looks for the function that does it all.
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    return torch.ao.nn.quantized.functional.conv2d(xq, wq, bias, stride, padding)
