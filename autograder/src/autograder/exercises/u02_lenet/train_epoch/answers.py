# %% right="sums over samples"
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


# %% right="cleared after the step, lists gathered and weighted at the end" shown="It keeps every sample's loss and takes one mean at the end, so no batch size is ever needed."
def train_epoch(model, batches, optimizer):
    losses, hits = [], []
    model.train(True)
    optimizer.zero_grad(set_to_none=False)
    for images, labels in batches:
        scores = model(images)
        each = F.cross_entropy(scores, labels, reduction="none")
        each.mean().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        losses.append(each.detach())
        hits.append(scores.detach().max(dim=1).indices.eq(labels))
    return torch.cat(losses).mean(), torch.cat(hits).float().mean()


# %% right="own loss, running means, the model's zero_grad" shown="It updates a running mean after each batch, so the numbers are right at any moment and no division waits at the end."
def train_epoch(model, batches, optimizer):
    for module in model.modules():
        module.training = True
    seen, mean_loss, accuracy = 0, 0.0, 0.0
    for x, y in batches:
        logits = model(x)
        loss = cross_entropy(logits, y)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            right = float((logits.argmax(1) == y).float().mean())
        optimizer.step()
        n = y.size(0)
        seen += n
        mean_loss += (loss.item() - mean_loss) * n / seen
        accuracy += (right - accuracy) * n / seen
    return mean_loss, accuracy


# %% wrong="zero_grad forgotten" diagnosis="gradients_pile_up" points=3.5
# Believes that backward() replaces the gradients.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


# %% wrong="zero_grad between backward and step" diagnosis="no_gradient_at_step" points=3.5
# Knows that zero_grad belongs in the loop, and not where.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


# %% wrong="step before backward" diagnosis="no_step" points=3.5
# Believes that the order of the calls does not matter.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
        optimizer.step()
        loss.backward()
    return loss_sum / count, correct / count


# %% wrong="one step after the loop" diagnosis="one_step_for_all_batches" points=3.5
# Believes that an epoch is one step over all data.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    optimizer.zero_grad()
    for x, y in batches:
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    optimizer.step()
    return loss_sum / count, correct / count


# %% wrong="softmax before the cross-entropy" diagnosis="softmax_before_loss" points=2.5
# Believes that a loss wants probabilities.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        probabilities = torch.softmax(model(x), dim=1)
        loss = F.cross_entropy(probabilities, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (probabilities.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


# %% wrong="a step along the summed loss" diagnosis="summed_loss_for_the_step" points=3.5
# Sums the loss to weigh samples rightly, and steps along the sum.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y, reduction="sum")
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


# %% wrong="averages of batch averages" diagnosis="loss_not_weighted" points=6
# Believes that the mean of means is the mean.
def train_epoch(model, batches, optimizer):
    model.train()
    losses, accuracies = [], []
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        accuracies.append((logits.argmax(dim=1) == y).float().mean().item())
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)


# %% wrong="accuracy averaged over the batches" diagnosis="accuracy_not_weighted" points=7
# Weighs the loss, but not the accuracy.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, count, accuracies = 0.0, 0, []
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        count += len(y)
        accuracies.append((logits.argmax(dim=1) == y).float().mean().item())
    return loss_sum / count, sum(accuracies) / len(accuracies)


# %% wrong="batch means added up, divided by the samples" diagnosis="loss_divided_twice" points=5.5
# Forgets that a batch's loss is a mean already.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


# %% wrong="training mode forgotten" diagnosis="training_mode_forgotten" points=7
# Believes that a network is always in training mode.
def train_epoch(model, batches, optimizer):
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


# %% wrong="accuracy in percent" diagnosis="accuracy_in_percent" points=5.5
# Accuracy as it is printed, not as it was asked for.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, 100 * correct / count


# %% wrong="measured by a second run after the step" diagnosis="measured_after_the_step" points=6.5
# Believes that the outputs before the step are out of date.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        with torch.no_grad():
            logits = model(x)
        loss_sum += F.cross_entropy(logits, y, reduction="sum").item()
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


# %% wrong="counts the samples before training" diagnosis="needs_a_list" points=7.5 visible="missed"
# Believes that batches can be walked through as often as one likes.
def train_epoch(model, batches, optimizer):
    count = sum(len(y) for _, y in batches)
    model.train()
    loss_mean, accuracy = 0.0, 0.0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_mean += loss.item() * len(y) / count
        accuracy += (logits.argmax(dim=1) == y).sum().item() / count
    return loss_mean, accuracy


# %% wrong="return inside the loop" diagnosis="first_batch_only" points=1.5
# A slip of indentation.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
        return loss_sum / count, correct / count


# %% wrong="accuracy first, then the loss" diagnosis="pair_swapped" points=4.5
# Believes that the order of two numbers explains itself.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return correct / count, loss_sum / count


# %% wrong="the losses added up as tensors" diagnosis="graph_kept" points=7.5
# Believes that a loss without dimensions is a number.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss * len(y)
        correct += (logits.argmax(dim=1) == y).sum()
        count += len(y)
    return loss_sum / count, correct / count


# %% wrong="sums over samples, divided by the batches" diagnosis="sum_divided_by_batches" points=5.5
# Weighs the batches, and divides by their number all the same.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count, turns = 0.0, 0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
        turns += 1
    return loss_sum / turns, correct / count


# %% wrong="a second run for the accuracy, before the step" diagnosis="batch_run_twice" points=7
# Believes that outputs that were used for the loss are used up.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        loss_sum += loss.item() * len(y)
        correct += (model(x).argmax(dim=1) == y).sum().item()
        count += len(y)
        optimizer.step()
    return loss_sum / count, correct / count


# %% wrong="the least likely class taken for the guess" diagnosis="wrong_value" points=5.5
# Takes the smallest logit for the smallest loss.
def train_epoch(model, batches, optimizer):
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmin(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count
