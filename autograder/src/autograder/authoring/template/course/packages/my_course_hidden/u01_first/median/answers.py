# %% right="puts a copy in order"
def median(numbers):
    ordered = list(numbers)
    ordered.sort()
    n = len(ordered)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


# %% right="takes away the smallest and the largest"
def median(numbers):
    left = list(numbers)
    while len(left) > 2:
        left.remove(min(left))
        left.remove(max(left))
    return sum(left) / len(left)


# %% right="the mean of two places that may be the same"
def median(numbers):
    ordered = sorted(numbers)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


# %% wrong="looks for the middle without an order" diagnosis="not_sorted" points=0
def median(numbers):
    n = len(numbers)
    return numbers[n // 2] if n % 2 else (numbers[n // 2 - 1] + numbers[n // 2]) / 2


# %% wrong="takes the mean" diagnosis="mean" points=0
def median(numbers):
    return sum(numbers) / len(numbers)


# %% wrong="takes the upper of the two in the middle" diagnosis="upper_middle" points=6
def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


# %% wrong="rounds down" diagnosis="rounds_down" points=6
def median(numbers):
    ordered = sorted(numbers)
    n = len(ordered)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) // 2


# %% wrong="counts a number once that repeats" diagnosis="repeats_count_once" points=8
def median(numbers):
    ordered = sorted(set(numbers))
    n = len(ordered)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


# %% wrong="sorts the caller's list" diagnosis="changes_its_input" points=0
def median(numbers):
    numbers.sort()
    n = len(numbers)
    return numbers[n // 2] if n % 2 else (numbers[n // 2 - 1] + numbers[n // 2]) / 2


# %% wrong="asks the library" diagnosis="refused_call" points=0
def median(numbers):
    import statistics

    return statistics.median(numbers)
