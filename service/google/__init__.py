"""Google's APIs as everything else here calls them: once, in time, within the quota, errors by name."""
