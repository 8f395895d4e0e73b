package cluster

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Nodes lists the nodes that a label selector matches, by name.
func (c *Client) Nodes(ctx context.Context, selector string) ([]rio.Node, error) {
	list, err := c.core.Nodes().List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, c.Explain(fmt.Errorf("list nodes: %w", err))
	}
	var nodes []rio.Node
	for i := range list.Items {
		nodes = append(nodes, nodeOf(&list.Items[i]))
	}
	slices.SortFunc(nodes, func(a, b rio.Node) int { return strings.Compare(a.Name, b.Name) })
	return nodes, nil
}

// nodeOf reads the conditions and addresses of
// https://kubernetes.io/docs/reference/node/node-status/
func nodeOf(o *corev1.Node) rio.Node {
	n := rio.Node{Name: o.Name, Labels: o.Labels, Created: o.CreationTimestamp.Time, Cordoned: o.Spec.Unschedulable, Removing: o.DeletionTimestamp != nil}
	for _, a := range o.Status.Addresses {
		switch {
		case a.Type == corev1.NodeInternalIP && n.Internal == "":
			n.Internal = a.Address
		case a.Type == corev1.NodeExternalIP && n.External == "":
			n.External = a.Address
		}
	}
	var wrong []string
	said := false
	for _, cond := range o.Status.Conditions {
		if cond.Type == corev1.NodeReady {
			said, n.Ready = true, cond.Status == corev1.ConditionTrue
		}
		if good := goodStatus(cond.Type); good != "" && cond.Status != good {
			wrong = append(wrong, cond.Reason+": "+cond.Message)
		}
	}
	if !said {
		wrong = append(wrong, "its kubelet has not reported yet")
	}
	n.Detail = strings.Join(wrong, "; ")
	return n
}

// ailment is how types are named that are bad when they are True: Kubernetes' own pressures and
// NetworkUnavailable, and those of the Node Problem Detector,
// https://github.com/kubernetes/node-problem-detector/tree/master/config
var ailment = regexp.MustCompile(`(Pressure|Problem|Unavailable|Unhealthy|Deadlock|ReadonlyFilesystem)$`)

// goodStatus is the status that a healthy node has of a type; empty where its name does not tell,
// as of EtcdIsVoter, with which K3s marks its servers. Names in Ready say what works, as EKS'
// KernelReady does: https://docs.aws.amazon.com/eks/latest/userguide/node-health.html
func goodStatus(kind corev1.NodeConditionType) corev1.ConditionStatus {
	switch {
	case strings.HasSuffix(string(kind), string(corev1.NodeReady)):
		return corev1.ConditionTrue
	case ailment.MatchString(string(kind)):
		return corev1.ConditionFalse
	}
	return ""
}
