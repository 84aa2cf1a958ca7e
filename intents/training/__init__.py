"""From questions to a classifier with thresholds; scikit-learn stays in here."""
