package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Webhook is what was seen of the webhook that labels workloads.
type Webhook struct {
	Deployment Read[appsv1.Deployment] // empty where the chart has it switched off
	Trust      string                  // why the API server cannot trust it
	Unreached  string                  // why the API server cannot connect to it
	Took       time.Duration           // of its answer; 0: it was not asked
	Expires    time.Time               // its certificate
}

// Port is where its pods listen, 0 where it has none.
func (w Webhook) Port() int {
	for _, d := range w.Deployment.Items {
		for _, c := range d.Spec.Template.Spec.Containers {
			for _, p := range c.Ports {
				return int(p.ContainerPort)
			}
		}
	}
	return 0
}

// Drifted is an object of the release that is not as the chart made it.
type Drifted struct {
	Kind, Namespace, Name string
	Field                 string // the first that differs; empty: the object is not there
}

// String is KIND/NAME and what is wrong with it.
func (d Drifted) String() string {
	text := strings.ToLower(d.Kind) + "/" + d.Name
	if d.Namespace != "" && d.Namespace != "rio-system" {
		text += " in " + d.Namespace
	}
	if d.Field == "" {
		return text + " (not there)"
	}
	return text + " (" + d.Field + ")"
}

// missing reports whether an object of the release is not there.
func (c Cluster) missing(kind string) (Drifted, bool) {
	i := slices.IndexFunc(c.Drift, func(d Drifted) bool { return d.Kind == kind && d.Field == "" })
	if i < 0 {
		return Drifted{}, false
	}
	return c.Drift[i], true
}

func (c Cluster) policy() []rio.Finding {
	for _, kind := range []string{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"} {
		if d, ok := c.missing(kind); ok {
			return []rio.Finding{rio.TroublePolicy.Found(rio.Case{"policy": strings.ToLower(d.Kind) + " " + d.Name})}
		}
	}
	return nil
}

func (c Cluster) webhook() []rio.Finding {
	w := c.Webhook
	if _, ok := c.missing("MutatingWebhookConfiguration"); ok {
		return []rio.Finding{rio.TroubleWebhookMissing.Found(nil)}
	}
	for _, d := range w.Deployment.Items {
		if d.Status.ReadyReplicas > 0 {
			continue
		}
		wanted := ptr.Deref(d.Spec.Replicas, 1)
		command := "kubectl describe pods -n rio-system -l app=rio-webhook"
		if wanted == 0 {
			command = "kubectl scale -n rio-system deployment/rio-webhook --replicas=1"
		}
		return []rio.Finding{rio.TroubleWebhookPods.Found(rio.Case{"ready": "0", "wanted": fmt.Sprint(wanted), "command": command})}
	}
	if w.Trust != "" {
		return []rio.Finding{rio.TroubleWebhookTrust.Found(rio.Case{"error": w.Trust})}
	}
	if w.Unreached != "" {
		return []rio.Finding{rio.TroubleWebhookUnreached.Found(rio.Case{"error": w.Unreached, "port": fmt.Sprint(w.Port())})}
	}
	return nil
}

func (c Cluster) webhookFine(found []rio.Finding, now time.Time) (rio.Finding, bool) {
	w := c.Webhook
	if w.Took == 0 || slices.ContainsFunc(found, func(f rio.Finding) bool { return f.Link == rio.LinkWebhook }) {
		return rio.Finding{}, false
	}
	return rio.Fine(rio.LinkWebhook, "answers in %s, certificate good for %dd", w.Took.Round(time.Millisecond), int(w.Expires.Sub(now).Hours()/24)), true
}

// drift tells of what somebody removed or edited, unless a finding has told of it already.
func (c Cluster) drift(found []rio.Finding) []rio.Finding {
	told := func(link string) bool {
		return slices.ContainsFunc(found, func(f rio.Finding) bool { return f.Link == link && f.Level != rio.LevelOK })
	}
	links := map[string]string{
		"ValidatingAdmissionPolicy": rio.LinkPolicy, "ValidatingAdmissionPolicyBinding": rio.LinkPolicy,
		"MutatingWebhookConfiguration": rio.LinkWebhook, "Gateway": rio.LinkGateway, "Service": rio.LinkBalancer, "ConfigMap": rio.LinkRio,
	}
	var texts []string
	for _, d := range c.Drift {
		if link := links[d.Kind]; link == "" || !told(link) {
			texts = append(texts, d.String())
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return []rio.Finding{rio.TroubleRioDrift.Found(rio.Case{"objects": strings.Join(texts, ", ")})}
}
