package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// answerRule judges what a request through the gateway came to. Where a link before it is
// broken, that is why, and it is only told.
func answerRule(p Path, broken bool) []rio.Finding {
	a := p.Answer
	if a == nil {
		return nil
	}
	what := cmp.Or(a.Error, fmt.Sprintf("answers %d in %s", a.Status, a.Took.Round(time.Millisecond)))
	said := rio.Fine(rio.LinkAnswer, "GET %s %s", a.URL, what)
	c := p.values(rio.Case{"url": a.URL, "error": a.Error, "status": fmt.Sprint(a.Status), "body": a.Body})
	shutting := p.shutting()
	switch {
	case broken:
		said.Level = rio.LevelNote
		return []rio.Finding{said}
	case a.Untrusted:
		return []rio.Finding{rio.TroubleCertificate.Found(c)}
	case a.Unsecured:
		return []rio.Finding{rio.TroubleNoCertificate.Found(c)}
	case len(shutting) > 0:
		c["policies"], c["names"], c["what"] = strings.Join(shutting, ", "), strings.Join(shutting, " "), cmp.Or(a.Error, a.Body)
		return []rio.Finding{rio.TroubleShutOut.Found(c)}
	case a.Error != "":
		return []rio.Finding{rio.TroubleNoAnswer.Found(c)}
	case a.Status == 404 && !a.Own:
		return []rio.Finding{rio.TroubleNoRoute.Found(c)}
	case a.Status >= 500 && !a.Own:
		return []rio.Finding{rio.TroubleNoPodAnswers.Found(c)}
	case a.ofSidecar():
		return []rio.Finding{rio.TroublePortClosed.Found(p.closed(c))}
	case a.Status >= 500:
		return []rio.Finding{rio.TroubleOwnError.Found(c)}
	}
	return []rio.Finding{said}
}

// ofSidecar reports whether an answer that came back from a pod is its sidecar's, which could not
// connect to the program: in Envoy's words, source/common/http/utility.cc and router/router.cc.
// Such an answer bears the gateway's header for that of a pod, as the program's own do.
func (a Answer) ofSidecar() bool {
	return a.Own && a.Status == 503 && strings.HasPrefix(a.Body, "upstream connect error") && strings.Contains(a.Body, "connection failure")
}

// closed adds to a case where nothing listens, and how the port is led elsewhere.
func (p Path) closed(c rio.Case) rio.Case {
	port := p.port()
	c["command"] = fmt.Sprintf("kubectl rio logs -n %s %s", p.Service.Namespace, p.Ref)
	var targets []string
	for _, r := range p.inView() {
		if r.Observed == nil || !p.gets(r) {
			continue
		}
		if len(targets) == 0 && !r.Foreign && !r.Rollout.OnDelete { // the first one's: whose answer it was nobody says
			c["command"] = p.lead(r, port, "")
		}
		if target := "port " + targetOf(r.Observed.Template.Spec, port); !slices.Contains(targets, target) {
			targets = append(targets, target)
		}
	}
	c["targets"] = strings.Join(targets, " or ")
	if p.Service.Selects != nil || port.Listen != "" { // its Service is another tool's, and says where containers listen
		c["command"] = fmt.Sprintf("kubectl edit service -n %s %s", p.Service.Namespace, p.Service.Name)
	}
	return c
}

// lead is the command that stages a revision once more, or latest as another one, with the container
// port that a port leads to; force is of the one that writes what there is.
func (p Path) lead(r rio.Revision, port rio.Port, force string) string {
	flags, staged, then := restage(p.Service, r, func(flag, value string) bool {
		spec, err := rio.ParsePort(value, flag == "publish")
		return (flag == "publish" || flag == "expose") && err == nil && spec.Name() == port.Name()
	})
	flag, numbers := "-p", fmt.Sprintf("%d:TARGET", port.Number)
	if !port.Publish {
		flag = "--expose"
	}
	if port.OnNode() {
		numbers = fmt.Sprint(port.Number)
	}
	if r.Name == rio.Latest {
		then, force = then+force, ""
	}
	return fmt.Sprintf("kubectl rio stage -n %s%s %s %s/%s%s %s%s", p.Service.Namespace, flags, flag, numbers, port.Protocol, force, staged, then)
}

// targetOf is where the containers of a pod are to listen for a port.
func targetOf(spec corev1.PodSpec, port rio.Port) string {
	return cmp.Or(port.Listen, fmt.Sprint(cmp.Or(resolve(port.Name(), spec), port.Number)))
}
