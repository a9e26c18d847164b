# %% [markdown]
# # The middle value

# %%
from my_course import check, hint

# %% [markdown]
# Five people live in a street. Four of them earn about 2,500 a month. The fifth earns 100,000. What does a typical
# person in this street earn?
#
# The **mean** answers 22,000, which is what nobody here earns. One large number pulls it far away from all the others.
# The **median** is the number in the middle: line the numbers up by size, and take the one with as many numbers below
# it as above it. However rich the fifth neighbour gets, the median stays where it is.
#
# | numbers | lined up | median |
# | --- | --- | --- |
# | 3, 1, 2 | 1, 2, 3 | 2 |
# | 4, 1, 3, 2 | 1, 2, 3, 4 | 2.5 |
#
# With an even count, no single number is in the middle. The median is then the mean of the two that are.
#
# ## Your turn
#
# Write `median`. The list belongs to whoever calls you, so leave it as it is. If you get stuck, run `hint("median")`
# in a cell of its own.


# %% todo="median"
def median(numbers):
    """The middle value of a list of numbers, which stays as it is.

    With an even count, the mean of the two numbers in the middle.
    """
    ### BEGIN SOLUTION
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
    ### END SOLUTION


# %% test="median" points=10
check.median(median)

# %% [markdown]
# ## See for yourself
#
# Make the fifth neighbour richer and run the cell again. Which of the two numbers follows?

# %% tags=["explore"]
middle_value = check.use(median)
earnings = [2400, 2600, 100_000, 2500, 2500]
print(f"mean {sum(earnings) / len(earnings):,.0f}, median {middle_value(earnings):,.0f}")
