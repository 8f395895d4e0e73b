package cli

import (
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// The flags of files, volumes and devices.

func config(t target, value string) error {
	f, err := spec.ParseConfigFile(value)
	t.c.Configs = append(t.c.Configs, f)
	return err
}

func secret(t target, value string) error {
	f, err := spec.ParseSecretFile(value)
	t.c.Secrets = append(t.c.Secrets, f)
	return err
}

func volume(t target, value string) error {
	m, err := spec.ParseMount(value)
	t.c.Volumes = append(t.c.Volumes, m)
	return err
}

func tmpfs(t target, value string) error {
	f, err := spec.ParseTmpfs(value)
	t.c.Tmpfs = append(t.c.Tmpfs, f)
	return err
}

func device(t target, value string) error {
	d, err := spec.ParseDevice(value)
	t.c.Devices = append(t.c.Devices, d)
	return err
}
