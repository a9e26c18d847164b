# %% right="UNFINISHED: a right answer, named by its style"
def an_exercise(number):
    return 2 * number


# %% right="UNFINISHED: a right answer in another style"
def an_exercise(number):
    return number + number


# %% wrong="UNFINISHED: an answer that makes a known mistake" diagnosis="a_mistake" points=0
def an_exercise(number):
    return number + 2


# %% wrong="UNFINISHED: an answer that makes another mistake" diagnosis="wrong_value" points=0
def an_exercise(number):
    return number**2


# %% wrong="UNFINISHED: one that visible checks miss" diagnosis="wrong_value" points=0 visible="missed"
def an_exercise(number):
    return abs(2 * number)


# %% wrong="UNFINISHED: an answer that forgets something" diagnosis="returns_none" points=0
def an_exercise(number):
    number *= 2
