package spec

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// allCapabilities is the word for each that there is.
const allCapabilities = "ALL"

// capabilities are those of Linux, without CAP_, in the order of linux/capability.h; what each allows
// says https://man7.org/linux/man-pages/man7/capabilities.7.html. The last came with Linux 5.9.
// Of any other name a container runtime makes nothing, and says nothing.
var capabilities = strings.Fields(`
	CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
	NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
	SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
	AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
	PERFMON BPF CHECKPOINT_RESTORE`)

// plainCapability is a name as Kubernetes has it: without CAP_, in capital letters.
func plainCapability(name string) string { return strings.TrimPrefix(strings.ToUpper(name), "CAP_") }

// ParseCapability takes a name with and without CAP_ and in small letters, too, as docker does.
func ParseCapability(name string) (corev1.Capability, error) {
	plain := plainCapability(name)
	if plain != allCapabilities && !slices.Contains(capabilities, plain) {
		return "", fmt.Errorf("it is none of Linux's capabilities, so it would have no effect; want one of them, for example NET_ADMIN, or ALL; see: man 7 capabilities")
	}
	return corev1.Capability(plain), nil
}

func parseCapabilities(names []string) ([]corev1.Capability, error) {
	var list []corev1.Capability
	for _, name := range names {
		c, err := ParseCapability(name)
		if err != nil {
			return nil, fmt.Errorf("invalid capability %q: %w", name, err)
		}
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list, nil
}

// checkCapabilities refuses one that is to be there and not to be there.
func (c Container) checkCapabilities() error {
	for _, name := range c.CapAdd {
		same := func(drop string) bool { return plainCapability(drop) == plainCapability(name) }
		if slices.ContainsFunc(c.CapDrop, same) {
			return fmt.Errorf("capability %q is both added (cap-add) and dropped (cap-drop); leave out one of the two", name)
		}
	}
	return nil
}

// overlayCapabilities writes both lists. What one of them says of a capability takes it out of the
// other as it was before.
func (c Container) overlayCapabilities(have *corev1.Capabilities) (*corev1.Capabilities, error) {
	add, err := parseCapabilities(c.CapAdd)
	if err != nil {
		return have, err
	}
	drop, err := parseCapabilities(c.CapDrop)
	if err != nil || c.CapAdd == nil && c.CapDrop == nil {
		return have, err
	}
	next := corev1.Capabilities{Add: add, Drop: drop}
	if have != nil && c.CapAdd == nil {
		next.Add = except(have.Add, drop)
	}
	if have != nil && c.CapDrop == nil {
		next.Drop = except(have.Drop, add)
	}
	return &next, nil
}

func except(list, these []corev1.Capability) []corev1.Capability {
	return slices.DeleteFunc(slices.Clone(list), func(c corev1.Capability) bool {
		return slices.Contains(these, corev1.Capability(plainCapability(string(c)))) // others may have written another spelling
	})
}
