"""From what a resident typed to the features of the classifiers."""
