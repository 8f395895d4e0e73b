package main

import (
	"context"
	"os/exec"
	"strings"
)

// networkName is the CNI network's; the plugin portmap writes it into its rules.
const networkName = "kubectl-rio-sandbox"

// removeRules removes kube-proxy's tables and the hostPort rules of pods that
// were not taken down one by one.
func removeRules(ctx context.Context) error {
	for _, family := range []string{"ip", "ip6"} {
		// No table is as good as a deleted one.
		_ = exec.CommandContext(ctx, "nft", "delete", "table", family, "kube-proxy").Run()
	}
	if _, err := exec.LookPath("iptables-save"); err != nil {
		return nil //nolint:nilerr // nothing is installed yet, so nothing was ever started
	}
	saved, err := output(exec.CommandContext(ctx, "iptables-save", "-t", "nat"))
	if err != nil {
		return err
	}
	script := undoHostPorts(saved, networkName)
	if script == "" {
		return nil
	}
	cmd := exec.CommandContext(ctx, "iptables-restore", "--noflush")
	cmd.Stdin = strings.NewReader(script)
	_, err = output(cmd)
	return err
}

// undoHostPorts reads what iptables-save printed and writes what iptables-restore
// needs to remove the network's hostPort rules: the jumps, which carry the
// network's name in their comment, and the chains (CNI-DN-...) they go to. The
// chains that all networks share go with the last rule in CNI-HOSTPORT-DNAT.
func undoHostPorts(saved, network string) string {
	var remove, chains []string
	others := false
	for line := range strings.Lines(saved) {
		line = strings.TrimSpace(line)
		rule, isRule := strings.CutPrefix(line, "-A ")
		if !isRule || !strings.HasPrefix(rule, "CNI-HOSTPORT-DNAT ") {
			continue
		}
		if !strings.Contains(rule, `name: \"`+network+`\"`) {
			others = true
			continue
		}
		remove = append(remove, "-D "+rule)
		fields := strings.Fields(rule)
		chains = append(chains, fields[len(fields)-1])
	}
	if !others {
		for line := range strings.Lines(saved) {
			line = strings.TrimSpace(line)
			if chain, ok := strings.CutPrefix(line, ":CNI-HOSTPORT-"); ok {
				chains = append(chains, "CNI-HOSTPORT-"+strings.Fields(chain)[0])
			}
			rule, isRule := strings.CutPrefix(line, "-A ")
			if isRule && !strings.HasPrefix(rule, "CNI-") && strings.Contains(rule, "-j CNI-HOSTPORT-") {
				remove = append(remove, "-D "+rule)
			}
		}
	}
	if len(remove)+len(chains) == 0 {
		return ""
	}
	script := append([]string{"*nat"}, remove...)
	for _, flag := range []string{"-F ", "-X "} {
		for _, chain := range chains {
			script = append(script, flag+chain)
		}
	}
	return strings.Join(append(script, "COMMIT", ""), "\n")
}
