# %% right="nested conditions"
def choose_strategy(images_per_class, similar, small_below=500):
    if images_per_class < small_below:
        return "features" if similar else "features_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"


# %% right="a table" shown="It writes the two-by-two table down and looks the answer up: no nested conditions."
def choose_strategy(images_per_class, similar, small_below=500):
    table = {
        (True, True): "features",
        (True, False): "features_then_last_stage",
        (False, True): "fine_tune_all",
        (False, False): "fine_tune_all_or_scratch",
    }
    return table[images_per_class < small_below, bool(similar)]


# %% wrong="exactly the limit counts as small" diagnosis="boundary_is_small" points=1
# Reads "below" as "at most".
def choose_strategy(images_per_class, similar, small_below=500):
    if images_per_class <= small_below:
        return "features" if similar else "features_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"


# %% wrong="500 written into the code" diagnosis="limit_ignored" points=1
# Forgets that the limit is an argument.
def choose_strategy(images_per_class, similar, small_below=500):
    if images_per_class < 500:
        return "features" if similar else "features_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"


# %% wrong="little data treated as much" diagnosis="sizes_swapped" points=0
# Believes that little data needs more training.
def choose_strategy(images_per_class, similar, small_below=500):
    if images_per_class >= small_below:
        return "features" if similar else "features_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"


# %% wrong="similar treated as different" diagnosis="similarity_swapped" points=0
# Believes that similar data need more change.
def choose_strategy(images_per_class, similar, small_below=500):
    if images_per_class < small_below:
        return "features_then_last_stage" if similar else "features"
    return "fine_tune_all_or_scratch" if similar else "fine_tune_all"


# %% wrong="only similar data transfers" diagnosis="different_means_scratch" points=0
# Believes that features are of no use to other images.
def choose_strategy(images_per_class, similar, small_below=500):
    if not similar:
        return "fine_tune_all_or_scratch"
    return "features" if images_per_class < small_below else "fine_tune_all"


# %% wrong="only the amount counts" diagnosis="only_size_counts" points=0
# Leaves out the second question.
def choose_strategy(images_per_class, similar, small_below=500):
    return "features" if images_per_class < small_below else "fine_tune_all"


# %% wrong="fine-tunes all, always" diagnosis="one_answer_for_all" points=0
# Believes that more training is never worse.
def choose_strategy(images_per_class, similar, small_below=500):
    return "fine_tune_all"


# %% wrong="another limit by default" diagnosis="wrong_value" points=1
# Changes a default.
def choose_strategy(images_per_class, similar, small_below=499):
    if images_per_class < small_below:
        return "features" if similar else "features_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"


# %% wrong="a word misspelt" diagnosis="unknown_word" points=0
# Types the words from memory.
def choose_strategy(images_per_class, similar, small_below=500):
    if images_per_class < small_below:
        return "features" if similar else "feature_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"
