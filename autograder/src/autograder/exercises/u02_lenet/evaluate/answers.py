# %% right="modes remembered, decorated with no_grad"
@torch.no_grad()
def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes:
        module.training = training
    return loss_sum / count, correct / count


# %% right="inference mode, everything gathered first, restored by name" shown="It gathers all outputs and measures once; try and finally give the modes back even if a batch fails."
def evaluate(model, batches):
    was_training = {name for name, module in model.named_modules() if module.training}
    model.train(False)
    try:
        with torch.inference_mode():
            pairs = [(model(x), y) for x, y in batches]
            logits = torch.cat([scores for scores, _ in pairs])
            labels = torch.cat([y for _, y in pairs])
            loss = F.cross_entropy(logits, labels)
            accuracy = (logits.argmax(-1) == labels).double().mean()
    finally:
        for name, module in model.named_modules():
            module.training = name in was_training
    return loss.item(), accuracy.item()


# %% right="a copy is measured" shown="It measures a copy, so there is nothing to put back. It needs the memory for a second network."
def evaluate(model, batches):
    from copy import deepcopy

    twin = deepcopy(model).eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = twin(x)
            loss_sum += float(F.cross_entropy(logits, y, reduction="sum"))
            correct += int(torch.sum(torch.argmax(logits, dim=1) == y))
            count += y.numel()
    return loss_sum / count, correct / count


# %% wrong="evaluation mode forgotten" diagnosis="evaluation_mode_forgotten" points=5
# Believes that no_grad() is the evaluation mode.
def evaluate(model, batches):
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)
            loss_sum += F.cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    return loss_sum / count, correct / count


# %% wrong="left in evaluation mode" diagnosis="left_in_evaluation_mode" points=6
# Believes that the caller sets the mode again.
def evaluate(model, batches):
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)
            loss_sum += F.cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    return loss_sum / count, correct / count


# %% wrong="always back to training mode" diagnosis="always_training_afterwards" points=6
# Believes that an evaluation always interrupts training.
def evaluate(model, batches):
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)
            loss_sum += F.cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    model.train()
    return loss_sum / count, correct / count


# %% wrong="only the mode of the whole restored" diagnosis="modes_of_parts_lost" points=6.5
# Believes that a network has one mode.
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)
            loss_sum += F.cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    model.train(was_training)
    return loss_sum / count, correct / count


# %% wrong="gradients recorded" diagnosis="gradients_tracked" points=6.5
# Believes that eval() turns autograd off.
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, correct / count


# %% wrong="accuracy averaged over the batches" diagnosis="accuracy_not_weighted" points=5.5
# Believes that the mean of means is the mean.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, count, accuracies = 0.0, 0, []
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y).item() * len(y)
        count += len(y)
        accuracies.append((logits.argmax(dim=1) == y).float().mean().item())
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, sum(accuracies) / len(accuracies)


# %% wrong="losses added up" diagnosis="loss_added_up" points=5
# Takes the running total for the loss.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y).item()
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
    return loss_sum, correct / count


# %% wrong="softmax before the cross-entropy" diagnosis="softmax_before_loss" points=5
# Believes that a loss wants probabilities.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        probabilities = model(x).softmax(dim=1)
        loss_sum += F.cross_entropy(probabilities, y).item() * len(y)
        correct += (probabilities.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, correct / count


# %% wrong="every batch taken for a full one" diagnosis="assumes_full_batches" points=4
# Multiplies the number of batches by the size of the first.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    batches = list(batches)
    count = len(batches) * len(batches[0][1])
    loss_sum, correct = 0.0, 0
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y, reduction="sum").item()
        correct += (logits.argmax(dim=1) == y).sum().item()
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, correct / count


# %% wrong="only the last batch" diagnosis="last_batch_only" points=3.5
# A return value of the last turn of the loop.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for x, y in batches:
        logits = model(x)
        loss = F.cross_entropy(logits, y).item()
        accuracy = (logits.argmax(dim=1) == y).float().mean().item()
    for module, training in modes.items():
        module.training = training
    return loss, accuracy


# %% wrong="the number of right answers" diagnosis="accuracy_is_a_count" points=5
# Forgets the last division.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y, reduction="sum").item()
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, correct


# %% wrong="asks for the number of batches" diagnosis="needs_a_list" points=6.5 visible="missed"
# Believes that batches have a length: it counts the samples from it and the last batch.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for i in range(len(batches)):
        x, y = batches[i]
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y, reduction="sum").item()
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, correct / count


# %% wrong="autograd off for good" diagnosis="autograd_left_off" points=6
# Believes that a switch goes back by itself.
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    torch.set_grad_enabled(False)
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, correct / count


# %% wrong="gradients cleared first" diagnosis="gradients_cleared" points=6.5 visible="missed"
# Copies the start of the training loop; who gathers gradients over several batches loses them.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    model.zero_grad()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, correct / count


# %% wrong="return inside the loop that restores" diagnosis="restored_in_part" points=6
# A slip of indentation: only the network itself gets its mode back.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
        return loss_sum / count, correct / count


# %% wrong="the short last batch dropped" diagnosis="last_batch_left_out" points=4
# Believes that only full batches count, as some loaders do.
@torch.no_grad()
def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, correct, count, full = 0.0, 0, 0, 0
    for x, y in batches:
        full = max(full, len(y))
        if len(y) < full:
            break
        logits = model(x)
        loss_sum += F.cross_entropy(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes.items():
        module.training = training
    return loss_sum / count, correct / count


# %% wrong="the least likely class taken for the guess" diagnosis="wrong_value" points=5
# Takes the smallest logit for the smallest loss.
def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)
            loss_sum += F.cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmin(dim=1) == y).sum().item()
            count += len(y)
    for module, training in modes:
        module.training = training
    return loss_sum / count, correct / count


# %% wrong="the loss of each batch sent back, to be sure" diagnosis="gradients_left" points=6.5 visible="missed"
# Believes that a loss is finished only when backward() has been called.
def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        with torch.no_grad():
            logits = model(x)
        scores = logits.clone().requires_grad_()
        F.cross_entropy(scores, y).backward()
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        loss_sum += F.cross_entropy(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    for module, training in modes:
        module.training = training
    return loss_sum / count, correct / count
