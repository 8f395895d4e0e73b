package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"text/template"
	"time"
)

//go:embed config
var configFiles embed.FS

// settings are what the files in config/ are rendered with.
type settings struct {
	State, Node, NodeIP                           string
	Network                                       string // of CNI; clean.go knows leftover rules by it
	ClusterNet, PodNet                            string
	ServiceNet, APIServiceIP, DNSIP               string
	Server                                        string
	PauseImage, CoreDNSImage                      string
	CgroupRoot                                    string // that pods go below
	EtcdPort, EtcdPeerPort, APIPort, RegistryPort int
}

func newSettings(state, nodeIP string) settings {
	const apiPort = 16443 // not 6443: another cluster may be on this machine
	return settings{
		State: state, Node: "sandbox", NodeIP: nodeIP, Network: networkName,
		ClusterNet: "10.244.0.0/16", PodNet: "10.244.0.0/24",
		ServiceNet: "10.96.0.0/16", APIServiceIP: "10.96.0.1", DNSIP: "10.96.0.10",
		Server:     fmt.Sprintf("https://127.0.0.1:%d", apiPort),
		PauseImage: pauseImage, CoreDNSImage: coreDNSImage, CgroupRoot: "/",
		EtcdPort: 12379, EtcdPeerPort: 12380, APIPort: apiPort, RegistryPort: registryPort,
	}
}

// nodeAddress is this machine's address that pods can reach: the one it would
// use towards the internet (nothing is sent), else the first that is not loopback.
func nodeAddress(ctx context.Context) (string, error) {
	if conn, err := (&net.Dialer{}).DialContext(ctx, "udp4", "198.51.100.1:9"); err == nil {
		defer conn.Close()
		return conn.LocalAddr().(*net.UDPAddr).IP.String(), nil
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return "", err
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && network.IP.To4() != nil && !network.IP.IsLoopback() {
			return network.IP.String(), nil
		}
	}
	return "", fmt.Errorf("this machine has no IPv4 address but loopback; pods need one to reach the API server")
}

// render fills a file of config/ in.
func render(name string, with any) ([]byte, error) {
	tmpl, err := template.New(name).Option("missingkey=error").ParseFS(configFiles, "config/"+name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = tmpl.Execute(&out, with)
	return out.Bytes(), err
}

// writeConfig writes all files that the daemons read.
func writeConfig(c settings, now time.Time) error {
	pki := filepath.Join(c.State, "pki")
	for _, dir := range []string{pki, filepath.Join(c.State, "cni"), filepath.Join(c.State, "registries", "_default"), filepath.Join(c.State, "log"), filepath.Join(c.State, "run")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	ids := identities(c)
	if err := writePKI(pki, ids, now); err != nil {
		return err
	}
	for name, to := range map[string]string{
		"containerd.toml": "containerd.toml", "cni.conflist": "cni/10-sandbox.conflist", "audit.yaml": "audit.yaml",
		"hosts.toml": "registries/_default/hosts.toml", "kubelet.yaml": "kubelet.yaml", "kube-proxy.yaml": "kube-proxy.yaml", "coredns.yaml": "coredns.yaml",
	} {
		content, err := render(name, c)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(c.State, to), content, 0o600); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if len(id.hosts) > 0 {
			continue
		}
		content, err := renderKubeconfig(c, pki, id.file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(pki, id.file+".kubeconfig"), content, 0o600); err != nil {
			return err
		}
	}
	return os.Rename(filepath.Join(pki, "admin.kubeconfig"), filepath.Join(c.State, "kubeconfig"))
}

func renderKubeconfig(c settings, pki, user string) ([]byte, error) {
	with := map[string]string{"Server": c.Server, "User": user}
	for key, file := range map[string]string{"CA": "ca.crt", "Cert": user + ".crt", "Key": user + ".key"} {
		content, err := os.ReadFile(filepath.Join(pki, file))
		if err != nil {
			return nil, err
		}
		with[key] = base64.StdEncoding.EncodeToString(content)
	}
	return render("kubeconfig.yaml", with)
}
