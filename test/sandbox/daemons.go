package main

import (
	"fmt"
	"path/filepath"
)

// daemonEnv is all that daemons know of their environment, but for HOME: another containerd
// shim earlier on PATH would break every pod, a proxy's address every webhook. They collect
// garbage seldom, as long as it is little: it is the tests' processors that they take.
var daemonEnv = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "GOGC=400", "GOMEMLIMIT=2GiB"}

// daemon is one long-running process of the cluster.
type daemon struct {
	name  string
	argv  []string
	ports []int // that must be free before the start
}

// The order is the order of the start; the end goes backwards.
func (s *sandbox) daemons(c settings) []daemon {
	pki := func(name string) string { return filepath.Join(c.State, "pki", name) }
	program := func(name string) string { return s.plan.file(name, name) }
	etcd := fmt.Sprintf("http://127.0.0.1:%d", c.EtcdPort)
	etcdPeer := fmt.Sprintf("http://127.0.0.1:%d", c.EtcdPeerPort)
	return []daemon{
		{name: "etcd", ports: []int{c.EtcdPort, c.EtcdPeerPort}, argv: []string{program("etcd"),
			"--name=sandbox", "--data-dir=" + s.in("etcd"), "--unsafe-no-fsync", "--logger=zap", "--log-level=warn",
			"--listen-client-urls=" + etcd, "--advertise-client-urls=" + etcd, "--listen-peer-urls=" + etcdPeer,
			"--initial-advertise-peer-urls=" + etcdPeer, "--initial-cluster=sandbox=" + etcdPeer}},
		{name: "registry", ports: []int{registryPort}, argv: []string{s.in("bin", "sandbox"), "registry", s.state}},
		{name: "containerd", argv: []string{
			"/usr/bin/containerd", "--config", s.in("containerd.toml")}},
		{name: "kube-apiserver", ports: []int{c.APIPort}, argv: []string{program("kube-apiserver"),
			"--etcd-servers=" + etcd, fmt.Sprintf("--secure-port=%d", c.APIPort), "--advertise-address=" + c.NodeIP,
			"--tls-cert-file=" + pki("apiserver.crt"), "--tls-private-key-file=" + pki("apiserver.key"), "--cert-dir=" + pki(""),
			"--client-ca-file=" + pki("ca.crt"), "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
			"--kubelet-client-certificate=" + pki("kubelet-client.crt"), "--kubelet-client-key=" + pki("kubelet-client.key"),
			"--kubelet-certificate-authority=" + pki("ca.crt"), "--kubelet-preferred-address-types=InternalIP",
			"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
			"--service-account-key-file=" + pki("ca.key"), "--service-account-signing-key-file=" + pki("ca.key"),
			"--service-cluster-ip-range=" + c.ServiceNet, "--allow-privileged=true", "--profiling=false",
			"--audit-policy-file=" + s.in("audit.yaml"), "--audit-log-path=" + s.in("audit.log")}},
		{name: "kube-controller-manager", ports: []int{10257}, argv: []string{program("kube-controller-manager"),
			"--kubeconfig=" + pki("controller-manager.kubeconfig"), "--authentication-kubeconfig=" + pki("controller-manager.kubeconfig"),
			"--authorization-kubeconfig=" + pki("controller-manager.kubeconfig"), "--bind-address=127.0.0.1", "--cert-dir=" + pki(""),
			"--leader-elect=false", "--use-service-account-credentials", "--allocate-node-cidrs", "--cluster-cidr=" + c.ClusterNet,
			"--service-account-private-key-file=" + pki("ca.key"), "--root-ca-file=" + pki("ca.crt"),
			"--cluster-signing-cert-file=" + pki("ca.crt"), "--cluster-signing-key-file=" + pki("ca.key")}},
		{name: "kube-scheduler", ports: []int{10259}, argv: []string{program("kube-scheduler"),
			"--kubeconfig=" + pki("scheduler.kubeconfig"), "--authentication-kubeconfig=" + pki("scheduler.kubeconfig"),
			"--authorization-kubeconfig=" + pki("scheduler.kubeconfig"), "--bind-address=127.0.0.1", "--cert-dir=" + pki(""),
			"--leader-elect=false"}},
		{name: "kubelet", ports: []int{10250, 10248}, argv: []string{program("kubelet"),
			"--config=" + s.in("kubelet.yaml"), "--kubeconfig=" + pki("kubelet.kubeconfig"), "--root-dir=" + s.in("kubelet"),
			"--cert-dir=" + pki(""), "--hostname-override=" + c.Node, "--node-ip=" + c.NodeIP}},
		{name: "kube-proxy", ports: []int{10256, 10249}, argv: []string{program("kube-proxy"),
			"--config=" + s.in("kube-proxy.yaml")}},
		{name: "loadbalancer", argv: []string{s.in("bin", "sandbox"), "loadbalancer", s.state}},
	}
}
