# %% right="a dict for each round"
def successive_halving(candidates, score, efforts):
    alive, record = list(range(len(candidates))), []
    for effort in efforts:
        scores = {i: score(candidates[i], effort) for i in alive}
        record.append(scores)
        alive.sort(key=lambda i: -scores[i])
        best = alive[0]
        alive = sorted(alive[: (len(alive) + 1) // 2])
    return candidates[best], record


# %% right="a heap of the best" shown="heapq.nlargest takes the better half without sorting the rest; ties are broken by the negative index."
def successive_halving(candidates, score, efforts):
    import heapq

    record = []
    race = dict(enumerate(candidates))
    for effort in efforts:
        scores = {index: score(candidate, effort) for index, candidate in race.items()}
        record.append(scores)
        half = math.ceil(len(race) / 2)
        stay = heapq.nlargest(half, scores, key=lambda i: (scores[i], -i))
        race = {i: candidates[i] for i in sorted(stay)}
    last = record[-1]
    return candidates[max(last, key=lambda i: (last[i], -i))], record


# %% right="calls itself" shown="Each round is a call of its own: what's left to do is the same task, with fewer candidates and fewer efforts."
def successive_halving(candidates, score, efforts):
    def race(alive, efforts):
        scores = {i: score(candidates[i], efforts[0]) for i in alive}
        order = sorted(alive, key=scores.get, reverse=True)  # a stable sort
        if len(efforts) == 1:
            return order[0], [scores]
        winner, rest = race(sorted(order[: -(-len(order) // 2)]), efforts[1:])
        return winner, [scores, *rest]

    winner, record = race(list(range(len(candidates))), list(efforts))
    return candidates[winner], record


# %% wrong="the smaller half" diagnosis="half_rounded_down" points=4
# `//` rounds down.
def successive_halving(candidates, score, efforts):
    alive, record = list(range(len(candidates))), []
    for effort in efforts:
        scores = {i: score(candidates[i], effort) for i in alive}
        record.append(scores)
        order = sorted(alive, key=lambda i: -scores[i])
        alive = sorted(order[: max(1, len(order) // 2)])
    return candidates[order[0]], record


# %% wrong="sorted the wrong way" diagnosis="worse_half_kept" points=0
# Sorts as one sorts losses.
def successive_halving(candidates, score, efforts):
    alive, record = list(range(len(candidates))), []
    for effort in efforts:
        scores = {i: score(candidates[i], effort) for i in alive}
        record.append(scores)
        order = sorted(alive, key=lambda i: scores[i])
        alive = sorted(order[: (len(order) + 1) // 2])
    return candidates[order[0]], record


# %% wrong="everyone runs to the end" diagnosis="nobody_drops_out" points=1
# Scores all, and drops nobody.
def successive_halving(candidates, score, efforts):
    record = []
    for effort in efforts:
        record.append({i: score(c, effort) for i, c in enumerate(candidates)})
    last = record[-1]
    return candidates[max(last, key=lambda i: (last[i], -i))], record


# %% wrong="the best of all times" diagnosis="best_at_any_effort" points=3
# Scores of short runs are compared with scores of long ones.
def successive_halving(candidates, score, efforts):
    alive, record, best = list(range(len(candidates))), [], (-1.0, 0)
    for effort in efforts:
        scores = {i: score(candidates[i], effort) for i in alive}
        record.append(scores)
        for i in alive:
            if scores[i] > best[0]:
                best = (scores[i], i)
        alive = sorted(sorted(alive, key=lambda i: -scores[i])[: (len(alive) + 1) // 2])
    return candidates[best[1]], record


# %% wrong="the number of the winner" diagnosis="index_of_the_winner" points=0
# Returns where the winner stands.
def successive_halving(candidates, score, efforts):
    alive, record = list(range(len(candidates))), []
    for effort in efforts:
        scores = {i: score(candidates[i], effort) for i in alive}
        record.append(scores)
        order = sorted(alive, key=lambda i: -scores[i])
        alive = sorted(order[: (len(order) + 1) // 2])
    return order[0], record


# %% wrong="the later of two equals" diagnosis="ties_to_the_later" points=4
# Sorts upwards and turns the list round, which turns equals round, too.
def successive_halving(candidates, score, efforts):
    alive, record = list(range(len(candidates))), []
    for effort in efforts:
        scores = {i: score(candidates[i], effort) for i in alive}
        record.append(scores)
        order = sorted(alive, key=lambda i: scores[i])[::-1]
        alive = sorted(order[: (len(order) + 1) // 2])
    return candidates[order[0]], record


# %% wrong="trains again to look" diagnosis="scores_asked_for_twice" points=0
# Calls score once for the record and once more to sort by it.
def successive_halving(candidates, score, efforts):
    alive, record = list(range(len(candidates))), []
    for effort in efforts:
        record.append({i: score(candidates[i], effort) for i in alive})
        order = sorted(alive, key=lambda i: -score(candidates[i], effort))
        alive = sorted(order[: (len(order) + 1) // 2])
    return candidates[order[0]], record


# %% wrong="numbered anew in each round" diagnosis="numbered_anew" points=1
# Keeps the survivors in a list, and loses track of who they are.
def successive_halving(candidates, score, efforts):
    record = []
    for effort in efforts:
        scores = [score(candidate, effort) for candidate in candidates]
        record.append(dict(enumerate(scores)))
        order = sorted(range(len(candidates)), key=lambda i: -scores[i])
        winner = candidates[order[0]]
        candidates = [candidates[i] for i in sorted(order[: (len(order) + 1) // 2])]
    return winner, record
