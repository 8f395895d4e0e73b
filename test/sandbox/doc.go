// Command sandbox runs a real Kubernetes cluster on one Linux machine, without
// Docker and without a mock: etcd, kube-apiserver with an audit log,
// controller-manager, scheduler, kubelet on containerd, kube-proxy and CoreDNS.
// What Istio needs (its images, with Envoy, and its charts) is built and loaded
// too, but not installed: that is the work of kubectl rio install.
//
//	go -C test/sandbox run . up         build what is missing, start, print how to use it
//	go -C test/sandbox run . down       end it: no process, mount, veth or netns stays
//	go -C test/sandbox run . status     what runs, with its memory
//	go -C test/sandbox run . env        shell lines: eval "$(go -C test/sandbox run . env)"
//	go -C test/sandbox run . build      only build, into the cache
//	go -C test/sandbox run . load NAME[:TAG] /path/of/binary
//	                                    a static binary becomes an image in the cluster
//	go -C test/sandbox run . box COMMAND
//	                                    a machine within the machine, for a second cluster
//
// It needs root on a Debian machine and Go; the rest comes from the Go module
// proxy, Debian's apt and PyPI. Pods get images from the sandbox's own registry
// and from nowhere else: nginx and httpd are Debian's servers, echo:v1, echo:v2
// and echo:v3 say which version answered (parts/echo). A Service of type
// LoadBalancer gets the address 127.0.0.1; a hostPort answers there. NetworkPolicies
// are enforced while networkpolicy runs (parts/networkpolicy, on the PATH of env).
//
// Read parts.go first (what is built), then daemons.go (what runs), start.go (in
// which order) and clean.go (what goes when it ends).
//
// Files. Built parts: $XDG_CACHE_HOME/kubectl-rio/sandbox/PART-KEY, or below
// ~/.cache; the key is a hash of all that goes in, so old ones are only unused,
// never wrong, and may be removed at any time. All that a running cluster writes:
// /var/lib/kubectl-rio-sandbox; down removes it whole. Ports, packet rules and
// hostPorts belong to the machine, so there is one sandbox a machine, and one in
// each box; up and down from another checkout say who has it. Two things are left behind:
// Debian packages and net.ipv4.ip_forward=1.
package main
