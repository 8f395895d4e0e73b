package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// WriteOptions are the same for every write of a command.
type WriteOptions struct {
	Force  bool // take over fields that another manager owns
	DryRun bool // the server checks and answers, nothing is stored
}

// Apply makes one change and gives the object as the server has it then; a deleted
// object as it was. Updates use server-side apply, whose conflicts name the other
// manager: https://kubernetes.io/docs/reference/using-api/server-side-apply/
func (c *Client) Apply(ctx context.Context, change plan.Change, opts WriteOptions) (manifest.Object, error) {
	o := change.Object()
	k, err := c.kindOf(o)
	if err != nil {
		return nil, err
	}
	if change.Op == plan.Delete {
		return o, c.delete(ctx, k, o, opts)
	}
	if change.Op == plan.Label {
		return c.label(ctx, k, change, opts)
	}
	body, err := applyBody(change, k.locked && (change.Op != plan.Create || !opts.DryRun)) // a dry run would print noVersion
	if err != nil {
		return nil, err
	}
	request := k.client.Patch(types.ApplyPatchType).Param("force", fmt.Sprint(opts.Force || k.locked)).Body(body)
	return c.write(ctx, "apply", k, o, request, opts)
}

// write sends a patch of an object and gives the object as the server has it then.
func (c *Client) write(ctx context.Context, verb string, k kind, o manifest.Object, patch *rest.Request, opts WriteOptions) (manifest.Object, error) {
	request := k.of(patch, o.GetNamespace(), o.GetName()).Param("fieldManager", rio.FieldManager)
	if opts.DryRun {
		request.Param("dryRun", metav1.DryRunAll)
	}
	result := k.empty()
	if err := patiently(ctx, func(ctx context.Context) error { return request.Do(ctx).Into(result) }); err != nil {
		return nil, c.Explain(fmt.Errorf("%s %s %q: %w", verb, singular(k), o.GetName(), err))
	}
	result.GetObjectKind().SetGroupVersionKind(o.GetObjectKind().GroupVersionKind())
	return result, nil
}

// webhookPatience outlasts a restart of istiod, which judges every object of its kinds: half
// a minute in all.
var webhookPatience = wait.Backoff{Duration: 250 * time.Millisecond, Factor: 2, Steps: 8}

// patiently writes again while an admission webhook does not answer. Who ends that sooner does so
// as any wait, by Ctrl-C or by its time.
func patiently(ctx context.Context, write func(context.Context) error) error {
	var last error
	err := wait.ExponentialBackoffWithContext(ctx, webhookPatience, func(ctx context.Context) (bool, error) {
		if last = write(ctx); isWebhookDown(last) {
			return false, nil
		}
		return true, last
	})
	switch over := ctx.Err(); {
	case over == nil || !isWebhookDown(last):
		return cmp.Or(last, err)
	case errors.Is(over, context.Canceled):
		return over
	}
	return Mark(last, ErrNotReady)
}

// isWebhookDown reports whether a write failed because an admission webhook did not answer.
func isWebhookDown(err error) bool {
	return apierrors.IsInternalError(err) && strings.Contains(err.Error(), "failed calling webhook")
}

// noVersion is that of an empty store, and of no object. A create with it is taken where there is
// no object, the version being dropped, and is stale where somebody was faster; one without a
// version would write over theirs. See Store.Update in
// k8s.io/apiserver/pkg/registry/generic/registry/store.go.
const noVersion = "1"

// applyBody is the object with the version it was read at, where a write must not
// meet one that it has not seen.
func applyBody(change plan.Change, locked bool) ([]byte, error) {
	m, err := manifest.Encode(change.After)
	if err != nil {
		return nil, err
	}
	if meta, ok := m["metadata"].(map[string]any); ok {
		delete(meta, "resourceVersion")
		delete(meta, "uid")
		switch {
		case locked && change.Op == plan.Create:
			meta["resourceVersion"] = noVersion
		case locked && change.Op == plan.Update && change.Before.GetResourceVersion() != "":
			meta["resourceVersion"] = change.Before.GetResourceVersion()
		}
	}
	return json.Marshal(m)
}

// delete removes an object only if it is still the one that was read, and of a kind that holds
// lists if nobody has put anything into these since. One that is gone already is what was wanted.
func (c *Client) delete(ctx context.Context, k kind, o manifest.Object, opts WriteOptions) error {
	background := metav1.DeletePropagationBackground
	do := &metav1.DeleteOptions{PropagationPolicy: &background}
	if uid := o.GetUID(); uid != "" {
		do.Preconditions = &metav1.Preconditions{UID: &uid}
		if version := o.GetResourceVersion(); k.locked && version != "" {
			do.Preconditions.ResourceVersion = &version
		}
	}
	request := k.of(k.client.Delete(), o.GetNamespace(), o.GetName())
	if opts.DryRun {
		do.DryRun = []string{metav1.DryRunAll}
		request.Param("dryRun", metav1.DryRunAll) // for who reads the audit log, where bodies are not
	}
	err := request.Body(do).Do(ctx).Error()
	if err != nil && !apierrors.IsNotFound(err) {
		return c.Explain(fmt.Errorf("delete %s %q: %w", singular(k), o.GetName(), err))
	}
	return nil
}

// MustBeFree checks that the objects which a change set creates do not exist: under
// server-side apply a create would silently become an edit of somebody else's object. They are
// of the service, which is the zero value where they are of none.
func (c *Client) MustBeFree(ctx context.Context, changes plan.ChangeSet, of rio.Service) error {
	for _, change := range changes {
		if change.Op != plan.Create {
			continue
		}
		o := change.Object()
		k, err := c.kindOf(o)
		if err != nil {
			return err
		}
		there, err := k.get(ctx, manifest.Kind(o), o.GetNamespace(), o.GetName())
		switch {
		case apierrors.IsNotFound(err):
		case err != nil:
			return c.Explain(fmt.Errorf("look for %s %q: %w", singular(k), o.GetName(), err))
		case o.GetLabels()[rio.LabelManaged] != "" && there.GetLabels()[rio.LabelManaged] == "":
			return cmp.Or(unmarked(of, o), taken(o, there, singular(k)))
		case manifest.RefOf(there) == manifest.RefOf(o) && manifest.IsFurther(o):
			// A run that was killed before its workload was there left it; only that would have said so.
		case manifest.RefOf(there) == manifest.RefOf(o) && manifest.RouteSetOf(there) == manifest.RouteSetOf(o):
			return overtaken(k, o, "somebody else makes it at the same time")
		default:
			return taken(o, there, singular(k))
		}
	}
	return nil
}

// overtaken is a lost race, which reading and deciding again may win.
func overtaken(k kind, o manifest.Object, why string) error {
	return apierrors.NewConflict(schema.GroupResource{Group: o.GetObjectKind().GroupVersionKind().Group, Resource: k.resource}, o.GetName(), errors.New(why))
}

// unmarked is about the Service of what was adopted: its tool may have replaced it, and with it the
// labels by which it is found. No other name would help then.
func unmarked(s rio.Service, o manifest.Object) error {
	latest, ok := s.Latest()
	if !ok || !latest.Foreign || latest.Observed == nil || manifest.Kind(o) != manifest.KindService || o.GetName() != s.Name {
		return nil
	}
	ports := ""
	if len(s.Ports) == 0 { // they were noted there
		ports = " -p PORT:TARGET/PROTOCOL"
	}
	return fmt.Errorf("service/%s is not marked as that of %q, as after its tool has replaced it; mark it again: kubectl rio adopt -n %s%s %s",
		s.Name, s.Name, s.Namespace, ports, latest.Observed.Workload)
}

// Taken is the error of a name that another object has.
type Taken struct {
	error
	By manifest.Object
}

// taken says who has the name that a new object needs.
func taken(o, there manifest.Object, kind string) error {
	ours, theirs := owner(o), owner(there)
	if theirs == "" {
		return Taken{fmt.Errorf("%q needs the name %q, but a %s of that name exists in namespace %q and is not kubectl rio's; choose another name",
			ours, o.GetName(), kind, o.GetNamespace()), there}
	}
	remedy := "choose another name"
	if set := manifest.RouteSetOf(there); set != "" { // perhaps all that a killed command left of them, which no list shows
		remedy += fmt.Sprintf(", or take these routes away: kubectl rio route rm -n %s %s", there.GetNamespace(), set)
	}
	return Taken{fmt.Errorf("%q and %q both need the name %q for their %s in stack %q; %s", ours, theirs, o.GetName(), kind, o.GetNamespace(), remedy), there}
}

// owner names the service, the revision or the routes that an object is of, or what it is by itself.
func owner(o manifest.Object) string {
	if set := manifest.RouteSetOf(o); set != "" {
		return "routes of " + set
	}
	if ref := manifest.RefOf(o); ref.Service != "" {
		return ref.String()
	}
	for _, label := range []string{rio.LabelVolume, rio.LabelConfig, rio.LabelSecret} {
		if name := o.GetLabels()[label]; name != "" {
			return strings.TrimPrefix(label, rio.LabelManaged+"/") + " " + name
		}
	}
	return ""
}

func singular(k kind) string { return strings.TrimSuffix(k.resource, "s") }
