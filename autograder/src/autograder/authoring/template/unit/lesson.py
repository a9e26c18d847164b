# %% [markdown]
# # The title

# %%
from the_package import check, hint

# %% [markdown]
# UNFINISHED: what this unit is about, and what learners can do at its end.
