package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/json"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// ErrNotReady is what a wait ends with that ran out of time, or that cannot end well.
var ErrNotReady = errors.New("not ready")

// NotReady is an error that is ErrNotReady and says why.
func NotReady(format string, args ...any) error {
	return Mark(fmt.Errorf(format, args...), ErrNotReady)
}

// IsNoNamespace reports whether a write failed because its namespace does not exist.
func IsNoNamespace(err error) bool {
	var status apierrors.APIStatus
	return apierrors.IsNotFound(err) && errors.As(err, &status) && status.Status().Details != nil && status.Status().Details.Kind == "namespaces"
}

// IsStale reports whether a write lost a race, so that reading again and deciding
// again can win the next one. A conflict with another field manager is not that.
func IsStale(err error) bool {
	var status apierrors.APIStatus
	if !apierrors.IsConflict(err) || !errors.As(err, &status) {
		return false
	}
	details := status.Status().Details
	return details == nil || len(details.Causes) == 0
}

// IsPassing reports whether the same question may well be answered a moment later: a connection
// that broke or that nobody took, a server that restarts, or has too much to do.
func IsPassing(err error) bool {
	var status apierrors.APIStatus
	var operation *net.OpError
	var network net.Error
	switch {
	case err == nil:
		return false
	case errors.As(err, &status):
		return status.Status().Code >= http.StatusInternalServerError || passing(err)
	}
	return passing(err) || errors.As(err, &operation) || errors.As(err, &network) && network.Timeout() || utilnet.IsHTTP2ConnectionLost(err)
}

// Mark gives an error further errors to be known by with errors.Is and errors.As, and leaves its text.
func Mark(err error, by ...error) error { return marked{err, by} }

type marked struct {
	error
	by []error
}

func (m marked) Unwrap() []error { return append([]error{m.error}, m.by...) }

// reworded is an error in words that leave out some of its layers, all of which stay findable.
type reworded struct {
	error
	whole error
}

func (r reworded) Unwrap() error { return r.whole }

// Explain adds the remedy to the errors that everybody meets on a new cluster.
func (c *Client) Explain(err error) error {
	var status apierrors.APIStatus
	var network *net.OpError
	var request *url.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded) && errors.As(err, &request):
		return Mark(fmt.Errorf("the cluster at %s (context %q) did not answer in time; see: kubectl config get-contexts", c.config.Host, c.context), err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &network) || errors.As(err, &request):
		return reworded{fmt.Errorf("cannot reach the cluster at %s (context %q): %w; see: kubectl config get-contexts", c.config.Host, c.context, Innermost(err)), err}
	case errors.As(err, &status) && apierrors.IsNotFound(err) && isIstio(status):
		return Mark(fmt.Errorf("this cluster has no Istio (%s is unknown to it); install it: kubectl rio install", istioKind(status)), ErrNoIstio)
	case apierrors.IsUnauthorized(err):
		return fmt.Errorf("the cluster at %s does not take your credentials (context %q): %w; log in again, or see: kubectl config get-contexts", c.config.Host, c.context, err)
	case apierrors.IsForbidden(err), err != nil && refusal.MatchString(err.Error()): // a stream is refused in words alone
		return Mark(forbidden(err), errRefused)
	case apierrors.IsConflict(err) && !IsStale(err):
		return fmt.Errorf("%w; take the fields over with --force-conflicts", err)
	}
	return err
}

// ErrNoIstio marks that the cluster does not know Istio's kinds.
var ErrNoIstio = errors.New("no Istio")

// errRefused marks a missing right, whose words are changed here: a stream's refusal has no status.
var errRefused = errors.New("refused")

// refusal is how the API server words a missing right,
// k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go.
var refusal = regexp.MustCompile(`User "([^"]*)" cannot (\S+) resource "([^"]*)"(?: in API group "[^"]*")?(?: in the namespace "([^"]*)")?`)

// unescaped is a name as it is: the server writes it as Go does, with a second backslash behind each.
func unescaped(name string) string {
	if plain, err := strconv.Unquote(`"` + name + `"`); err == nil {
		return plain
	}
	return name
}

// forbidden names the right that is missing and how to get it. The original stays
// findable with errors.As.
func forbidden(err error) error {
	m := refusal.FindStringSubmatch(err.Error())
	if m == nil && strings.Contains(err.Error(), "attempting to grant RBAC permissions not currently held") {
		return fmt.Errorf("%w; nobody can grant rights that they do not have: ask somebody who has them", err)
	}
	if m == nil {
		return err
	}
	user, verb, resource, namespace := unescaped(m[1]), m[2], m[3], m[4]
	if resource == "namespaces" && (namespace != "" || making.MatchString(err.Error())) {
		return forbiddenStack(err, user, verb, namespace)
	}
	if namespace == "" {
		return Mark(fmt.Errorf("you (%s) may not %s %s in the whole cluster; ask its administrator", user, verb, resource), err)
	}
	role := "edit"
	if resource == "roles" || resource == "rolebindings" { // what --permission makes; edit does not have them
		role = "admin"
	}
	return Mark(fmt.Errorf("you (%s) may not %s %s in namespace %q; ask for the role %s there: kubectl create rolebinding %s-%s --clusterrole=%s --user=%s -n %s",
		user, verb, resource, namespace, role, role, spec.Hyphened(strings.ToLower(user)), role, rio.Quote(user), namespace), err)
}

// making finds the name in the error of a namespace that was to be made.
var making = regexp.MustCompile(`create namespace "([^"]*)"`)

// forbiddenStack is forbidden for a namespace: no role inside it, edit and admin included, gives
// a right to the namespace itself.
func forbiddenStack(err error, user, verb, name string) error {
	way, role := "", verb+"-namespaces"
	if m := making.FindStringSubmatch(err.Error()); m != nil {
		name, way = m[1], ": kubectl create namespace "+m[1]
	}
	return Mark(fmt.Errorf("you (%s) may not %s namespace %q; an administrator of the cluster must do it%s; or bind a ClusterRole to you that may: kubectl create clusterrole %s --verb=%s --resource=namespaces; then kubectl create clusterrolebinding %s-%s --clusterrole=%s --user=%s",
		user, verb, name, way, role, verb, role, spec.Hyphened(strings.ToLower(user)), role, rio.Quote(user)), err)
}

// isIstio tells the 404 of a kind that the server does not have from that of an object.
func isIstio(status apierrors.APIStatus) bool {
	d := status.Status().Details
	return d != nil && d.Group == "networking.istio.io" && d.Name == "" || strings.Contains(status.Status().Message, "could not find the requested resource")
}

func istioKind(status apierrors.APIStatus) string {
	if d := status.Status().Details; d != nil && d.Kind != "" {
		return d.Kind + "." + d.Group
	}
	return "networking.istio.io"
}

// Innermost is the reason under the layers that only repeat the address.
func Innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

func serverVersion(raw []byte) (string, error) {
	var v struct {
		GitVersion string `json:"gitVersion"`
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", fmt.Errorf("read the server's version: %w", err)
	}
	return v.GitVersion, nil
}
