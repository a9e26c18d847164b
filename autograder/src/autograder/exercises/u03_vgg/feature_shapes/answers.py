# %% right="child by child, in evaluation mode"
def feature_shapes(model, input_shape):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    shapes = []
    with torch.no_grad():
        x = torch.zeros(1, *input_shape)
        for child in model.children():
            x = child(x)
            shapes.append(tuple(x.shape[1:]))
    for module, was_training in modes:
        module.training = was_training
    return shapes


# %% right="a copy walks, the original rests" shown="It works on a copy, so there's no mode to restore. It needs the memory for a second network."
import copy


def feature_shapes(model, input_shape):
    twin = copy.deepcopy(model).eval()
    x, shapes = torch.rand(2, *input_shape), []
    for child in twin.children():
        x = child(x)
        shapes.append(x.shape[1:])
    return shapes


# %% right="hooks that take notes" shown="It runs the network as a whole and lets hooks note the shapes, so it also works where forward does more than call its children in order."
def feature_shapes(model, input_shape):
    shapes, modes = [], {module: module.training for module in model.modules()}

    def note(module, inputs, output):
        shapes.append(tuple(output.size())[1:])

    hooks = [child.register_forward_hook(note) for child in model.children()]
    try:
        model.eval()(torch.zeros(1, *input_shape))
    finally:
        for hook in hooks:
            hook.remove()
        for module, training in modes.items():
            module.training = training
    return shapes


# %% wrong="the batch stays in" diagnosis="batch_included" points=1
# Takes the shape as torch gives it.
def feature_shapes(model, input_shape):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    shapes = []
    x = torch.zeros(1, *input_shape)
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.shape))
    for module, was_training in modes:
        module.training = was_training
    return shapes


# %% wrong="every layer has an entry" diagnosis="innermost_layers_listed" points=2
# Believes that a network is a flat list of layers.
def feature_shapes(model, input_shape):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    shapes = []
    x = torch.zeros(1, *input_shape)
    for layer in model.modules():
        if not list(layer.children()):
            x = layer(x)
            shapes.append(tuple(x.shape[1:]))
    for module, was_training in modes:
        module.training = was_training
    return shapes


# %% wrong="every child is given the image" diagnosis="every_child_sees_the_image" points=0.5
# Forgets to hand on what a child gave.
def feature_shapes(model, input_shape):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    image = torch.zeros(1, *input_shape)
    shapes = [tuple(child(image).shape[1:]) for child in model.children()]
    for module, was_training in modes:
        module.training = was_training
    return shapes


# %% wrong="squeezed" diagnosis="ones_dropped" points=2.5
# Gets rid of the batch, and of every other 1.
def feature_shapes(model, input_shape):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    shapes = []
    x = torch.zeros(1, *input_shape)
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.squeeze().shape))
    for module, was_training in modes:
        module.training = was_training
    return shapes


# %% wrong="the input's shape too" diagnosis="input_listed_too" points=1
# Begins the list where the walk begins.
def feature_shapes(model, input_shape):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    shapes = [tuple(input_shape)]
    x = torch.zeros(1, *input_shape)
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.shape[1:]))
    for module, was_training in modes:
        module.training = was_training
    return shapes


# %% wrong="height and width only" diagnosis="channels_left_out" points=1
# Thinks of a map's shape as its two sides.
def feature_shapes(model, input_shape):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    shapes = []
    x = torch.zeros(1, *input_shape)
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.shape[2:]))
    for module, was_training in modes:
        module.training = was_training
    return shapes


# %% wrong="runs in the mode it finds" diagnosis="statistics_changed" points=2.5
# Believes that looking changes nothing.
def feature_shapes(model, input_shape):
    shapes = []
    x = torch.rand(4, *input_shape)
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.shape[1:]))
    return shapes


# %% wrong="left in evaluation mode" diagnosis="left_in_evaluation_mode" points=2.5
# Switches, and does not switch back.
def feature_shapes(model, input_shape):
    model.eval()
    shapes = []
    x = torch.zeros(1, *input_shape)
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.shape[1:]))
    return shapes


# %% wrong="all in training mode afterwards" diagnosis="modes_of_parts_lost" points=2.5
# Switches everything back to the mode of most.
def feature_shapes(model, input_shape):
    was_training = model.training
    model.eval()
    shapes = []
    x = torch.zeros(1, *input_shape)
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.shape[1:]))
    model.train(was_training)
    return shapes


# %% wrong="one image, in the mode it finds" diagnosis="statistics_changed" points=1.5
# Believes that looking changes nothing, and meets a batch norm that wants more than one image.
def feature_shapes(model, input_shape):
    shapes = []
    x = torch.zeros(1, *input_shape)
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.shape[1:]))
    return shapes


# %% wrong="eval() before, train() after" diagnosis="always_training_afterwards" points=2.5
# Believes that a network is always in training mode when it comes.
def feature_shapes(model, input_shape):
    model.eval()
    shapes = []
    with torch.no_grad():
        x = torch.zeros(1, *input_shape)
        for child in model.children():
            x = child(x)
            shapes.append(tuple(x.shape[1:]))
    model.train()
    return shapes


# %% wrong="hooks that stay" diagnosis="hooks_left" points=2.5
# Takes notes with hooks and never removes them.
def feature_shapes(model, input_shape):
    shapes, modes = [], {module: module.training for module in model.modules()}
    for child in model.children():
        child.register_forward_hook(lambda module, x, out: shapes.append(tuple(out.shape[1:])))
    model.eval()(torch.zeros(1, *input_shape))
    for module, training in modes.items():
        module.training = training
    return shapes
