# %% [markdown]
# ## UNFINISHED: a heading
#
# UNFINISHED: explain what `an_exercise` is for, then ask for it.


# %% todo="an_exercise"
def an_exercise(number):
    """UNFINISHED: the contract: what goes in, what comes out."""
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION


# %% test="an_exercise" points=10
check.an_exercise(an_exercise)
