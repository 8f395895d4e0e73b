package spec

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
)

// Check refuses what does not go together, whatever it is written over.
func (r Revision) Check() error {
	if err := checkReaper(ptr.Deref(r.Init, false), r.PID == wordHost); err != nil {
		return err
	}
	if err := r.checkRoom(); err != nil {
		return err
	}
	return r.Container.Check()
}

// Check refuses what does not go together in a container.
func (c Container) Check() error {
	if err := CheckEntrypoint(c.Entrypoint); err != nil {
		return fmt.Errorf("invalid entrypoint %q: %w", c.Entrypoint, err)
	}
	named := map[corev1.ResourceName]bool{}
	for _, d := range c.Devices {
		name, _, err := d.resource()
		if err == nil && named[name] {
			return fmt.Errorf("device %q is given twice; name it once, with the number of all: %s=N", name, name)
		}
		named[name] = true
	}
	return c.checkCapabilities()
}

// CheckEntrypoint refuses words of which the first is no program.
func CheckEntrypoint(words []string) error {
	if len(words) > 0 && words[0] == "" {
		return fmt.Errorf("the first word is the program, and it is empty; want for example sh; without the image's entrypoint runs what is named here instead")
	}
	return nil
}

// checkReaper refuses a pod whose containers share their processes with each other and with the node.
func checkReaper(shared, host bool) error {
	if shared && host {
		return fmt.Errorf("init (--init) and pid host (--pid host) cannot both be: ended processes of a pod that sees its node's are reaped there; leave out one of the two, or take it back: --init=false or --pid default")
	}
	return nil
}
