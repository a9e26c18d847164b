# %% right="walks from the image on"
def receptive_field(layers):
    field, jump = 1, 1
    for layer in layers:
        kernel, stride = layer[0], layer[1]
        dilation = layer[2] if len(layer) == 3 else 1
        field += (kernel - 1) * dilation * jump
        jump *= stride
    return field

# %% right="walks back from the output" shown="It starts from one output and asks, layer by layer, how wide the input behind it is. No jump is needed."
def receptive_field(layers):
    seen = 1
    for kernel, stride, *dilation in reversed(layers):
        reach = (dilation or [1])[0] * (kernel - 1) + 1
        seen = (seen - 1) * stride + reach
    return seen

# %% right="a sum of products"
import math


def receptive_field(layers):
    full = [(*layer, 1)[:3] for layer in layers]
    return 1 + sum(
        (k - 1) * d * math.prod(stride for _, stride, _ in full[:index])
        for index, (k, _, d) in enumerate(full)
    )

# %% right="marks the pixels that an output sees" shown="It has no formula at all: it collects the very pixels. Slow for deep networks, but hard to get wrong."
def receptive_field(layers):
    seen = {0}
    for kernel, stride, *rest in layers[::-1]:
        dilation = rest[0] if rest else 1
        seen = {place * stride + tap * dilation for place in seen for tap in range(kernel)}
    return max(seen) - min(seen) + 1

# %% wrong="a layer's own stride widens its view" diagnosis="own_stride_counts" points=3
def receptive_field(layers):
    # The stride is thought to act in the layer that has it.
    field, jump = 1, 1
    for kernel, stride, *rest in layers:
        jump *= stride
        field += (kernel - 1) * (rest[0] if rest else 1) * jump
    return field

# %% wrong="adds whole kernels" diagnosis="whole_kernel_added" points=1
def receptive_field(layers):
    # Each layer is thought to add as many pixels as its kernel is wide.
    field, jump = 1, 1
    for kernel, stride, *rest in layers:
        field += kernel * (rest[0] if rest else 1) * jump
        jump *= stride
    return field

# %% wrong="multiplies the kernels" diagnosis="kernels_multiplied" points=1
def receptive_field(layers):
    # Each 3×3 layer is thought to look through a 3×3 block of what the layer before saw.
    field = 1
    for layer in layers:
        field *= layer[0]
    return field

# %% wrong="starts at 0" diagnosis="starts_at_nothing" points=0
def receptive_field(layers):
    # A sum starts at 0.
    field, jump = 0, 1
    for kernel, stride, *rest in layers:
        field += (kernel - 1) * (rest[0] if rest else 1) * jump
        jump *= stride
    return field

# %% wrong="only kernels count" diagnosis="strides_ignored" points=3
def receptive_field(layers):
    # Strides are thought to change the size of the output and nothing else.
    field = 1
    for kernel, _, *rest in layers:
        field += (kernel - 1) * (rest[0] if rest else 1)
    return field

# %% wrong="remembers the last stride only" diagnosis="last_stride_only" points=3
def receptive_field(layers):
    # Only the layer just before is thought to matter.
    field, before = 1, 1
    for kernel, stride, *rest in layers:
        field += (kernel - 1) * (rest[0] if rest else 1) * before
        before = stride
    return field

# %% wrong="adds the strides" diagnosis="strides_added" points=3
def receptive_field(layers):
    # Two layers that move by 2 are thought to move by 3 together.
    field, jump = 1, 1
    for kernel, stride, *rest in layers:
        field += (kernel - 1) * (rest[0] if rest else 1) * jump
        jump += stride - 1
    return field

# %% wrong="uses the backward formula forwards" diagnosis="walked_the_wrong_way" points=3
def receptive_field(layers):
    # The formula is right, but it starts at the output.
    field = 1
    for kernel, stride, *rest in layers:
        field = (field - 1) * stride + (kernel - 1) * (rest[0] if rest else 1) + 1
    return field

# %% wrong="reads the dilation and forgets it" diagnosis="dilation_ignored" points=6
def receptive_field(layers):
    # A dilated kernel has as many weights as before, so it is thought to see as much.
    field, jump = 1, 1
    for kernel, stride, *_ in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field

# %% wrong="takes the dilation for a stride" diagnosis="dilation_moves_later_layers" points=6
def receptive_field(layers):
    # Dilation and stride both leave pixels out, so they are thought to be the same.
    field, jump = 1, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        field += (kernel - 1) * dilation * jump
        jump *= stride * dilation
    return field

# %% wrong="always unpacks three numbers" diagnosis="expects_three_numbers" points=1
def receptive_field(layers):
    # Every layer is thought to name its dilation.
    field, jump = 1, 1
    for kernel, stride, dilation in layers:
        field += (kernel - 1) * dilation * jump
        jump *= stride
    return field

# %% wrong="always unpacks two numbers" diagnosis="expects_two_numbers" points=6
def receptive_field(layers):
    # The optional third number is overlooked.
    field, jump = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field

# %% wrong="starts from the first layer" diagnosis="needs_a_layer" points=7 visible="missed"
def receptive_field(layers):
    # There is thought to be a first layer always.
    kernel, jump, *rest = layers[0]
    field = (kernel - 1) * (rest[0] if rest else 1) + 1
    for kernel, stride, *rest in layers[1:]:
        field += (kernel - 1) * (rest[0] if rest else 1) * jump
        jump *= stride
    return field

# %% wrong="imports the course's answer" diagnosis="refused_call" points=0
import cnnlab.exercises.u01_convolutions.receptive_field as library


def receptive_field(layers):
    # The library must have this somewhere.
    find = library.receptive_field
    return find(layers)

# %% wrong="adds up the kernels and nothing else" diagnosis="whole_kernel_added" points=0
def receptive_field(layers):
    # What all kernels cover together is thought to be what they see.
    field, jump = 0, 1
    for kernel, stride, *rest in layers:
        field += kernel * (rest[0] if rest else 1) * jump
        jump *= stride
    return field
