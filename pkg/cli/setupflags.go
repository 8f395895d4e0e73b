package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// setupFlags are those of install and upgrade.
type setupFlags struct {
	install            controlplane.InstallOptions
	ports              []string
	hostPort, nodePort bool
	domain             string
	tlsSecret, issuer  string
	dryRun, output     string
	wait               bool
	timeout            time.Duration
}

func (s *setupFlags) add(o *Options, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.install.IstioCharts, "istio-charts", "", "directory with Istio's charts base and istiod, or the URL of a chart repository (default "+controlplane.IstioRepository+")")
	f.StringArrayVar(&s.install.IstioValues, "istio-values", nil, "file of values for the istiod that install brings; may be repeated")
	f.StringArrayVarP(&s.install.Values, "values", "f", nil, "file of values for the chart rio; may be repeated")
	f.StringArrayVar(&s.install.Set, "set", nil, "value for the chart rio, for example gateway.replicas=2; may be repeated")
	f.StringArrayVar(&s.install.SetString, "set-string", nil, "the same for text that looks like a number or like true; may be repeated")
	f.StringVarP(&s.output, "output", "o", "", `"yaml" prints all manifests, for a tool that applies them in their order, and installs nothing`)
	completeFlag(cmd, "output", "yaml")
	addClientDryRun(cmd, &s.dryRun, "say what would change, and change nothing")
	f.BoolVar(&s.wait, "wait", true, "return only when all is ready and the gateway has an address")
	f.DurationVar(&s.timeout, "timeout", 5*time.Minute, "how long to wait at most")
	f.BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing but the result")
}

// addReach adds the flags that say how services are reached.
func (s *setupFlags) addReach(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.domain, "domain", "", "publish services as SERVICE.STACK.DOMAIN, for example apps.example.com; if empty (\"\"), a domain is made from the gateway's address")
	f.StringVar(&s.tlsSecret, "tls-secret", "", "serve https with the certificate in this Secret of namespace rio-system; alone, it ends an earlier --issuer")
	f.StringVar(&s.issuer, "issuer", "", "serve https with certificates of this ClusterIssuer of cert-manager (one of ACME by DNS-01: their names begin with a star), kept in the --tls-secret that is given with it")
	f.StringArrayVar(&s.ports, "port", nil, "open these ports instead of 80/http, for example 8080/http or 5432/tcp; may be repeated")
	f.BoolVar(&s.hostPort, "host-port", false, "let the gateway listen on the nodes' own ports, where there is no load balancer")
	f.BoolVar(&s.nodePort, "node-port", false, "open the gateway's ports as node ports of the same number (30080/http unless --port gives others)")
}

// options checks the flags, and reads what they say.
func (s *setupFlags) options(o *Options, cmd *cobra.Command) (controlplane.InstallOptions, error) {
	install := s.install
	var err error
	if install.DryRun, err = clientDryRun(s.dryRun); err != nil {
		return install, err
	}
	switch s.output {
	case "":
	case "yaml":
		install.Manifests = o.Out
	default:
		return install, usagef("invalid --output %q: want yaml", s.output)
	}
	if err := mayPass("timeout", s.timeout, "5m"); err != nil {
		return install, err
	}
	for _, text := range s.ports {
		port, err := controlplane.ParseGatewayPort(text)
		if err != nil {
			return install, usageError(err)
		}
		install.Ports = append(install.Ports, port)
	}
	if cmd.Flags().Changed("host-port") {
		install.HostPort = &s.hostPort
	}
	if cmd.Flags().Changed("node-port") {
		install.NodePort = &s.nodePort
	}
	if cmd.Flags().Changed("domain") {
		install.Domain = &s.domain
	}
	if cmd.Flags().Changed("tls-secret") {
		install.TLSSecret = &s.tlsSecret
	}
	if cmd.Flags().Changed("issuer") {
		install.Issuer = &s.issuer
	}
	if err := install.Validate(); err != nil {
		return install, usageError(err)
	}
	install.NoWait = !s.wait
	install.Options = o.controlplane(s.timeout)
	return install, nil
}

// controlplane joins the cluster's set-up to the streams and progress lines of this one.
func (o *Options) controlplane(timeout time.Duration) controlplane.Options {
	show := o.progress()
	return controlplane.Options{
		Getter: o.Config, Timeout: timeout,
		Talk: o.talk,
		Show: func(list []rio.Finding) {
			if !o.Quiet {
				_ = printer.Findings(o.connection().to(o.ErrOut), list)
			}
		},
		Begin: func(step string) (update, end func(string)) {
			l := show.begin(step)
			return l.update, l.end
		},
	}
}
