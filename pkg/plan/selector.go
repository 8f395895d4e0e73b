package plan

import "k8s.io/apimachinery/pkg/labels"

// contains reports whether labels have all of those that are selected by.
func contains(have, selector map[string]string) bool {
	return labels.SelectorFromSet(selector).Matches(labels.Set(have))
}

// labelsText is a selector as kubectl takes it.
func labelsText(selector map[string]string) string { return labels.SelectorFromSet(selector).String() }
