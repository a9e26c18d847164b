# %% right="hooks, and a finally that tidies up"
def capture(model, names, x):
    kept, handles = {}, []
    modes = {module: module.training for module in model.modules()}
    try:
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.detach().clone()

            handles.append(dict(model.named_modules())[name].register_forward_hook(keep))
        model.eval()
        model(x)
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes.items():
            module.training = training
    return kept


# %% right="a stack of contexts" shown="An ExitStack undoes everything in reverse order, even after an error, so there is no finally to get wrong."
def capture(model, names, x):
    kept = {}

    def keeper(name):
        return lambda module, inputs, output: kept.__setitem__(name, output.detach().clone())

    with contextlib.ExitStack() as stack, torch.no_grad():
        for module in model.modules():
            stack.callback(setattr, module, "training", module.training)
        model.eval()
        for name in names:
            hook = keeper(name)
            stack.enter_context(model.get_submodule(name).register_forward_hook(hook))
        model(x)
    return {name: kept[name] for name in names}


# %% right="hooks on a copy, which is thrown away" shown="It hooks a copy, so there is nothing to take off or put back. It needs the memory for a second network."
def capture(model, names, x):
    twin = copy.deepcopy(model).eval()
    kept = {}
    for name in names:
        twin.get_submodule(name).register_forward_hook(
            lambda module, inputs, output, name=name: kept.update({name: output.detach().clone()})
        )
    with torch.inference_mode():
        twin(x)
    return {name: value.clone() for name, value in kept.items()}


# %% right="forward replaced for the time of one pass, no hooks at all"
def capture(model, names, x):
    kept = {}
    modes = [(module, module.training) for module in model.modules()]
    wrapped = [(name, model.get_submodule(name)) for name in names]

    def listening(name, forward):
        def wrapper(*args, **kwargs):
            output = forward(*args, **kwargs)
            kept[name] = output.detach().clone()
            return output

        return wrapper

    try:
        for name, module in wrapped:
            module.forward = listening(name, module.forward)
        with torch.no_grad():
            model.eval()(x)
    finally:
        for _, module in wrapped:
            vars(module).pop("forward", None)
        for module, training in modes:
            module.training = training
    return kept


# %% wrong="detach without a copy" diagnosis="overwritten_in_place" points=8
# Believes that a detached tensor is a tensor of its own.
def capture(model, names, x):
    kept = {}
    with in_eval_mode(model), contextlib.ExitStack() as stack:
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.detach()

            stack.enter_context(model.get_submodule(name).register_forward_hook(keep))
        model(x)
    return kept


# %% wrong="hooks never taken off" diagnosis="hooks_left" points=7
# Believes that hooks end with the function that registered them.
def capture(model, names, x):
    kept = {}
    with in_eval_mode(model):
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.detach().clone()

            model.get_submodule(name).register_forward_hook(keep)
        model(x)
    return kept


# %% wrong="tidies up only when all goes well" diagnosis="hooks_left_after_error" points=8
# Thinks of the way through, and not of the way out by an error.
def capture(model, names, x):
    kept, handles = {}, []
    with in_eval_mode(model):
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.detach().clone()

            handles.append(model.get_submodule(name).register_forward_hook(keep))
        model(x)
    for handle in handles:
        handle.remove()
    return kept


# %% wrong="catches the error and goes on" diagnosis="error_swallowed" points=8
# Believes that tidying up means that nobody may hear of the trouble.
def capture(model, names, x):
    kept, handles = {}, []
    with in_eval_mode(model):
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.detach().clone()

            handles.append(model.get_submodule(name).register_forward_hook(keep))
        try:
            model(x)
        except RuntimeError:
            pass
        for handle in handles:
            handle.remove()
    return kept


# %% wrong="what comes in, not what goes out" diagnosis="captured_the_input" points=5
# Mixes up the arguments of a hook.
def capture(model, names, x):
    kept = {}
    with in_eval_mode(model), contextlib.ExitStack() as stack:
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = inputs[0].detach().clone()

            stack.enter_context(model.get_submodule(name).register_forward_hook(keep))
        model(x)
    return kept


# %% wrong="a closure over the loop variable" diagnosis="last_one_everywhere" points=6
# Believes that a function made in a loop remembers the turn it was made in.
def capture(model, names, x):
    kept = {name: None for name in names}
    with in_eval_mode(model), contextlib.ExitStack() as stack:
        for name in names:

            def keep(module, inputs, output):
                kept[name] = output.detach().clone()

            stack.enter_context(model.get_submodule(name).register_forward_hook(keep))
        model(x)
    return {each: kept[name] for each in names}


# %% wrong="evaluation mode forgotten" diagnosis="evaluation_mode_forgotten" points=8
# Believes that looking needs no mode.
def capture(model, names, x):
    kept = {}
    with contextlib.ExitStack() as stack, torch.no_grad():
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.detach().clone()

            stack.enter_context(model.get_submodule(name).register_forward_hook(keep))
        model(x)
    return kept


# %% wrong="left in evaluation mode" diagnosis="left_in_evaluation_mode" points=7
# Believes that evaluation mode ends by itself.
def capture(model, names, x):
    kept = {}
    with contextlib.ExitStack() as stack, torch.no_grad():
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.detach().clone()

            stack.enter_context(model.get_submodule(name).register_forward_hook(keep))
        model.eval()(x)
    return kept


# %% wrong="one forward pass for each name" diagnosis="several_passes" points=8
# Believes that a pass serves one hook.
def capture(model, names, x):
    kept = {}
    with in_eval_mode(model), torch.no_grad():
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.detach().clone()

            with model.get_submodule(name).register_forward_hook(keep):
                model(x)
    return kept


# %% wrong="copied, but still on the graph" diagnosis="graph_kept" points=8 visible="missed"
# Believes that a copy is free of its past.
def capture(model, names, x):
    kept = {}
    with in_eval_mode(model), contextlib.ExitStack() as stack:
        for name in names:

            def keep(module, inputs, output, name=name):
                kept[name] = output.clone()

            stack.enter_context(model.get_submodule(name).register_forward_hook(keep))
        model(x)
    return kept


# %% wrong="torchvision's feature extractor" diagnosis="refused_call" points=0
# Lets the library do it.
def capture(model, names, x):
    from torchvision.models.feature_extraction import create_feature_extractor

    with in_eval_mode(model), torch.no_grad():
        return create_feature_extractor(model, list(names))(x)


# %% wrong="the course's own answer" diagnosis="refused_call" points=0
from cnnlab import seeing


def capture(model, names, x):
    return seeing.capture(model, names, x)

# %% wrong="a name that the hook looks up too late" diagnosis="last_one_everywhere" points=6
def capture(model, names, x):
    outputs, handles = {}, []
    for name in names:
        module = model.get_submodule(name)
        handles.append(
            module.register_forward_hook(
                lambda m, i, output: outputs.update({name: output.detach().clone()})
            )
        )
    try:
        with in_eval_mode(model), torch.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return outputs


# %% wrong="a hook that hands its copy on" diagnosis="overwritten_in_place" points=8
# Copies, and returns the copy, which then takes the output's place.
def capture(model, names, x):
    kept = {}
    with in_eval_mode(model), contextlib.ExitStack() as stack, torch.no_grad():
        for name in names:

            def keep(module, inputs, output, name=name):
                return kept.setdefault(name, output.detach().clone())

            stack.enter_context(model.get_submodule(name).register_forward_hook(keep))
        model(x)
    return kept
