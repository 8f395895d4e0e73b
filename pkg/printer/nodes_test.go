package printer_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestNodeTable(t *testing.T) {
	nodes := []rio.Node{
		{Name: "one", Internal: "10.0.0.1", External: "198.51.100.1", Ready: true},
		{Name: "two", Internal: "10.0.0.2", External: "10.0.0.2", Ready: true, Cordoned: true, Detail: "KubeletHasDiskPressure: kubelet\nhas disk pressure"},
		{Name: "three", External: "198.51.100.3", Cordoned: true, Detail: "NodeStatusUnknown: gone"},
		{Name: "four", Ready: true, Removing: true},
	}
	want := "" +
		"ID        NAME      STATE      ADDRESS                 DETAIL\n" +
		"one       one       active     10.0.0.1/198.51.100.1   \n" +
		"two       two       cordoned   10.0.0.2                KubeletHasDiskPressure: kubelet has disk pressure\n" +
		"three     three     error      198.51.100.3            NodeStatusUnknown: gone\n" +
		"four      four      removing                           \n"
	var b bytes.Buffer
	if err := printer.NodeTable(&b, printer.Nodes(nodes), true); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
