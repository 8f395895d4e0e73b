package cluster

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Get reads an object that belongs to a stack, whole and cut down to what kubectl rio owns of
// it. Both are nil when there is none.
func (c *Client) Get(ctx context.Context, kind string, name rio.Name) (live, mine manifest.Object, err error) {
	k, err := c.kindNamed(kind)
	if err != nil {
		return nil, nil, err
	}
	live, err = k.get(ctx, kind, name.Namespace, name.Name)
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil, nil
	case err != nil:
		return nil, nil, c.Explain(fmt.Errorf("read %s %q: %w", singular(k), name.Name, err))
	}
	mine, err = c.Owned(live)
	return live, mine, err
}

// Configs lists the configs or the secrets of a namespace, of all when it is empty.
func (c *Client) Configs(ctx context.Context, kind, namespace, selector string) ([]rio.Config, error) {
	list := page(c.core.ConfigMaps(namespace).List)
	if kind == rio.KindSecret {
		list = page(c.core.Secrets(namespace).List)
	}
	objects, err := c.objects(ctx, and(manifest.ConfigSelector(kind), selector), []objectList{{kind, list}})
	var configs []rio.Config
	for _, o := range objects {
		if found, ok := manifest.ParseConfig(o); ok {
			configs = append(configs, found)
		}
	}
	return configs, err
}

func and(a, b string) string {
	if b == "" {
		return a
	}
	return a + "," + b
}

// ConfigsNow reads those of the configs and secrets that exist, with what is in them.
func (c *Client) ConfigsNow(ctx context.Context, wanted []rio.Config) ([]rio.Config, error) {
	found := make([]manifest.Object, len(wanted))
	group, ctx := errgroup.WithContext(ctx)
	for i, w := range wanted {
		group.Go(func() (err error) {
			found[i], _, err = c.Get(ctx, w.Kind, w.FullName())
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var now []rio.Config
	for _, o := range found {
		if o == nil {
			continue
		}
		if config, ok := manifest.ParseConfig(o); ok {
			now = append(now, config)
		}
	}
	return now, nil
}

// copies lists the copies of configs that services have, without what is in them: their
// names say that, and a verb that scales a service need not read its secrets.
func (c *Client) copies(kind, namespace string) pager.ListPageFunc {
	return func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		resource := "configmaps"
		if kind == rio.KindSecret {
			resource = "secrets"
		}
		found, err := c.metadata.Resource(corev1.SchemeGroupVersion.WithResource(resource)).Namespace(namespace).List(ctx, opts)
		if err != nil {
			return nil, err
		}
		configs, secrets := &corev1.ConfigMapList{ListMeta: found.ListMeta}, &corev1.SecretList{ListMeta: found.ListMeta}
		for _, item := range found.Items {
			configs.Items = append(configs.Items, corev1.ConfigMap{ObjectMeta: item.ObjectMeta})
			secrets.Items = append(secrets.Items, corev1.Secret{ObjectMeta: item.ObjectMeta})
		}
		if kind == rio.KindSecret {
			return secrets, nil
		}
		return configs, nil
	}
}

// recall adds the earlier pod templates of a service that has copies of configs: what undo
// may bring back must still find its own.
func (c *Client) recall(ctx context.Context, s *rio.Service) error {
	if len(s.Configs) == 0 || !s.Exists() {
		return nil
	}
	of := map[string]func(rio.Ref) ([]rio.Release, error){} // by kind
	for i := range s.Revisions {
		r := &s.Revisions[i]
		if r.Observed == nil {
			continue
		}
		if of[r.Kind] == nil {
			var err error
			if of[r.Kind], err = c.remembered(ctx, s.Ref(), labels.Set(rio.ServiceSelector(s.Ref())).String(), r.Kind); err != nil {
				return err
			}
		}
		releases, err := of[r.Kind](s.Ref().Of(r.Name))
		if err != nil {
			return err
		}
		for _, release := range releases {
			r.Observed.Past = append(r.Observed.Past, release.Template)
		}
	}
	return nil
}
