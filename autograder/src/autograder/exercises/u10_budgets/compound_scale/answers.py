# %% right="three powers and a product"
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    depth, width, resolution = alpha**phi, beta**phi, gamma**phi
    return depth, width, resolution, depth * width**2 * resolution**2


# %% right="through logarithms" shown="Powers become products in logarithms; the cost of one step is computed once and raised to φ."
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    grown = [math.exp(phi * math.log(one)) for one in (alpha, beta, gamma)]
    step = alpha * beta * beta * gamma * gamma
    return (*grown, step**phi)


# %% wrong="multiplied by φ" diagnosis="times_phi" points=0
# Takes compound interest for simple interest.
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    d, w, r = alpha * phi, beta * phi, gamma * phi
    return d, w, r, d * w**2 * r**2


# %% wrong="nothing is squared" diagnosis="cost_without_squares" points=0
# Everything seems to count alike.
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    d, w, r = alpha**phi, beta**phi, gamma**phi
    return d, w, r, d * w * r


# %% wrong="width comes first" diagnosis="width_first" points=0
# The order in which one usually hears of them.
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    d, w, r = alpha**phi, beta**phi, gamma**phi
    return w, d, r, d * w**2 * r**2


# %% wrong="twice the cost for each step" diagnosis="cost_is_two_to_the_phi" points=0
# Takes "about 2" for 2.
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    return alpha**phi, beta**phi, gamma**phi, 2.0**phi


# %% wrong="the numbers of the paper" diagnosis="coefficients_ignored" points=2
# Writes down what is known by heart.
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    return 1.2**phi, 1.1**phi, 1.15**phi, (1.2 * 1.1**2 * 1.15**2) ** phi


# %% wrong="the cost of one step" diagnosis="cost_of_one_step" points=0
# Forgets the exponent in the last number.
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    return alpha**phi, beta**phi, gamma**phi, alpha * beta**2 * gamma**2
