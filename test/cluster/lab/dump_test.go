package lab

import (
	"slices"
	"testing"
)

func TestDumpDiff(t *testing.T) {
	before := Dump{"Namespace. /default": "a", "ConfigMap. default/x": "b", "CustomResourceDefinition.apiextensions.k8s.io /y": "c"}
	if lines := before.Diff(before); lines != nil {
		t.Errorf("a dump differs from itself: %q", lines)
	}
	after := Dump{"Namespace. /default": "A", "CustomResourceDefinition.apiextensions.k8s.io /y": "c", "Secret. default/z": "d"}
	want := []string{"- ConfigMap. default/x", "~ Namespace. /default\n    a\n    A", "+ Secret. default/z"}
	if got := before.Diff(after); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestInstallArgs(t *testing.T) {
	env := map[string]string{"RIO_ISTIO_CHARTS": "/charts", "RIO_ISTIO_VALUES": "", "RIO_VALUES": "/rio.yaml"}
	if got, want := InstallArgs(func(name string) string { return env[name] }), []string{"install", "--istio-charts", "/charts", "--values", "/rio.yaml"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
