# %% right="sorted, then one pass"
def pareto_front(costs, scores):
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i], i))
    front, best = [], float("-inf")
    for i in order:
        if scores[i] > best:
            front.append(i)
            best = scores[i]
    return front


# %% right="every pair" shown="It says what the definition says: a point stays if no other beats it. That takes n² comparisons, and no idea."
def pareto_front(costs, scores):
    def beaten(i):
        for j in range(len(costs)):
            as_good = costs[j] <= costs[i] and scores[j] >= scores[i]
            better = costs[j] < costs[i] or scores[j] > scores[i]
            if as_good and (better or j < i):
                return True
        return False

    return sorted((i for i in range(len(costs)) if not beaten(i)), key=lambda i: costs[i])


# %% right="with a running maximum of tensors" shown="Two stable sorts put equal costs in order, and cummax tells each point the best score of all cheaper ones."
def pareto_front(costs, scores):
    c, s = torch.tensor(costs), torch.tensor(scores)
    order = torch.argsort(s, descending=True, stable=True)
    order = order[torch.argsort(c[order], stable=True)]
    best = torch.cummax(s[order], dim=0).values
    before = torch.cat([torch.tensor([-math.inf]), best[:-1]])
    return order[s[order] > before].tolist()


# %% wrong="cheaper and better" diagnosis="must_be_better_in_both" points=3
# Takes "beats" for "beats in both".
def pareto_front(costs, scores):
    n = range(len(costs))
    front = [i for i in n if not any(costs[j] < costs[i] and scores[j] > scores[i] for j in n)]
    return sorted(front, key=lambda i: costs[i])


# %% wrong="both of two equals" diagnosis="equal_points_all_kept" points=5
# Neither beats the other, so both are kept.
def pareto_front(costs, scores):
    n = range(len(costs))

    def beats(j, i):
        if costs[j] > costs[i] or scores[j] < scores[i]:
            return False
        return costs[j] < costs[i] or scores[j] > scores[i]

    front = [i for i in n if not any(beats(j, i) for j in n)]
    return sorted(front, key=lambda i: costs[i])


# %% wrong="neither of two equals" diagnosis="equal_points_all_dropped" points=5
# "As good" is enough to beat, for both of them.
def pareto_front(costs, scores):
    n = range(len(costs))
    front = [
        i
        for i in n
        if not any(j != i and costs[j] <= costs[i] and scores[j] >= scores[i] for j in n)
    ]
    return sorted(front, key=lambda i: costs[i])


# %% wrong="in the order of the list" diagnosis="not_sorted" points=0
# Finds the right points, and forgets the order.
def pareto_front(costs, scores):
    n = range(len(costs))

    def beaten(i):
        return any(
            costs[j] <= costs[i]
            and scores[j] >= scores[i]
            and (costs[j] < costs[i] or scores[j] > scores[i] or j < i)
            for j in n
        )

    return [i for i in n if not beaten(i)]


# %% wrong="a low score is good" diagnosis="lower_scores_wanted" points=0
# Both seem to be costs.
def pareto_front(costs, scores):
    order = sorted(range(len(costs)), key=lambda i: (costs[i], scores[i], i))
    front, best = [], float("inf")
    for i in order:
        if scores[i] < best:
            front.append(i)
            best = scores[i]
    return front


# %% wrong="better than the neighbour" diagnosis="neighbours_alone" points=3
# Compares with the next cheaper point, not with the best of them.
def pareto_front(costs, scores):
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i], i))
    front = order[:1]
    for before, i in zip(order, order[1:]):
        if scores[i] > scores[before]:
            front.append(i)
    return front


# %% wrong="points in place of indices" diagnosis="points_not_indices" points=0
# Hands over what it has found, not where.
def pareto_front(costs, scores):
    front, best = [], float("-inf")
    for cost, score in sorted(zip(costs, scores), key=lambda p: (p[0], -p[1])):
        if score > best:
            front.append((cost, score))
            best = score
    return front
