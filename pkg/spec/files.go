package spec

import (
	"cmp"
	"fmt"
	"path"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// SecretDir is where secrets are when nothing else is said, as in Docker.
const SecretDir = "/run/secrets/"

// usualMode is Kubernetes' own for the files of configs and secrets.
const usualMode = 0o644

// ParseConfigFile reads NAME[?]:TARGET[,mode=OCTAL][,uid=0][,gid=N]; with the ? the pod starts
// without it.
func ParseConfigFile(s string) (FileFrom, error) {
	f, err := ParseFile(s)
	if err == nil && f.Target == "" {
		err = fmt.Errorf("the target is missing; want NAME:TARGET, for example nginx.conf:/etc/nginx/nginx.conf")
	}
	return f, err
}

// ParseFile reads NAME[?][:TARGET][,mode=OCTAL][,uid=0][,gid=N]. Without TARGET a secret is
// /run/secrets/NAME.
func ParseFile(s string) (FileFrom, error) {
	place, rest, _ := strings.Cut(s, ",")
	f := FileFrom{}
	f.Source, f.Target, _ = strings.Cut(place, ":")
	for option := range strings.SplitSeq(rest, ",") {
		key, value, _ := strings.Cut(option, "=")
		number, err := strconv.ParseInt(value, 10, 64)
		switch {
		case option == "":
		case key == "mode":
			f.Mode = value
		case (key == "uid" || key == "gid") && (err != nil || number < 0):
			return f, fmt.Errorf("%s %q is not a number", key, value)
		case key == "uid":
			f.UID = &number
		case key == "gid":
			f.GID = &number
		default:
			return f, fmt.Errorf("option %q, want mode=OCTAL, uid=0 or gid=N", option)
		}
	}
	return f, f.Check()
}

// String is the form that ParseFile reads.
func (f FileFrom) String() string {
	text := f.Source
	if f.Target != "" {
		text += ":" + f.Target
	}
	if f.Mode != "" {
		text += ",mode=" + f.Mode
	}
	if f.UID != nil {
		text += fmt.Sprintf(",uid=%d", *f.UID)
	}
	if f.GID != nil {
		text += fmt.Sprintf(",gid=%d", *f.GID)
	}
	return text
}

// Check refuses what Kubernetes cannot mount.
func (f FileFrom) Check() error {
	name, _ := f.name()
	if errs := validation.IsDNS1123Subdomain(name); len(errs) > 0 {
		return fmt.Errorf("name %q: %s", name, errs[0])
	}
	if f.Target != "" && !path.IsAbs(f.Target) {
		return fmt.Errorf("target %q is not an absolute path in the container", f.Target)
	}
	if f.UID != nil && *f.UID != 0 {
		return fmt.Errorf("uid %d: in Kubernetes these files are root's; give a group the right to read them with gid=N, or everybody with mode=0444", *f.UID)
	}
	_, err := f.mode()
	return err
}

// name is the config's or secret's, and whether the pod can do without it.
func (f FileFrom) name() (name string, optional bool) { return strings.CutSuffix(f.Source, "?") }

// mode is nil where it is Kubernetes' own anyway.
func (f FileFrom) mode() (*int32, error) {
	if f.Mode == "" {
		return nil, nil
	}
	bits, err := strconv.ParseUint(f.Mode, 8, 32)
	if err != nil || bits > 0o777 {
		return nil, fmt.Errorf("mode %q, want octal digits up to 0777, for example 0400", f.Mode)
	}
	if bits == usualMode {
		return nil, nil
	}
	return new(int32(bits)), nil
}

// modeText is the inverse: one way to write each mode.
func modeText(mode *int32) string {
	if ptr.Deref(mode, usualMode) == usualMode {
		return ""
	}
	return fmt.Sprintf("%04o", *mode)
}

// overlayFiles mounts each config as the file that it is, or each secret as a directory with a
// file for each key. A secret that is a single file is mounted as that when it is known what is
// in it: plan.Pin.
func overlayFiles(p *corev1.PodSpec, k *corev1.Container, kind string, files []FileFrom) error {
	if files == nil {
		return nil
	}
	secret := kind == rio.KindSecret
	unmount(p, k, func(v corev1.Volume) bool { return secret && v.Secret != nil || !secret && v.ConfigMap != nil })
	for _, f := range files {
		if err := f.Check(); err != nil {
			return fmt.Errorf("invalid %s %q: %w", rio.ConfigWord(kind), f.Source, err)
		}
		mode, _ := f.mode()
		name, optional := f.name()
		v, m := corev1.Volume{}, corev1.VolumeMount{MountPath: f.Target}
		if secret {
			v.Name = volumeName(prefixSecret, name, ways(mode, optional)...)
			v.Secret = &corev1.SecretVolumeSource{SecretName: name, DefaultMode: mode, Optional: orNil(optional)}
			m.MountPath = cmp.Or(f.Target, SecretDir+name)
		} else {
			v.Name = volumeName(prefixConfig, name, ways(mode, optional)...)
			v.ConfigMap = &corev1.ConfigMapVolumeSource{DefaultMode: mode, Optional: orNil(optional)}
			v.ConfigMap.Name = name
			m.SubPath = rio.ContentKey
		}
		if err := mount(p, k, v, m); err != nil {
			return err
		}
		if err := f.own(p); err != nil {
			return err
		}
	}
	return nil
}

// ways are what makes two files of one config two volumes of the pod.
func ways(mode *int32, optional bool) []string {
	if mode == nil && !optional {
		return nil
	}
	return []string{modeText(mode), fmt.Sprint(optional)}
}

// own gives the pod's files the group that was asked for: Kubernetes has one for all of them.
func (f FileFrom) own(p *corev1.PodSpec) error {
	if f.GID == nil {
		return nil
	}
	if old := security(p).FSGroup; old != nil && *old != *f.GID {
		return fmt.Errorf("gid %d of %q: the files of a pod have one group, and it is %d", *f.GID, f.Source, *old)
	}
	security(p).FSGroup = f.GID
	return nil
}

// filesFrom reads the configs and secrets back.
func (c *Container) filesFrom(p corev1.PodSpec, k corev1.Container) {
	for _, m := range k.VolumeMounts {
		f := FileFrom{Target: m.MountPath}
		if p.SecurityContext != nil {
			f.GID = p.SecurityContext.FSGroup
		}
		switch v := behind(p, m); {
		case v.ConfigMap != nil && m.SubPath == rio.ContentKey:
			f.named(v.ConfigMap.Name, v.ConfigMap.DefaultMode, v.ConfigMap.Optional)
			c.Configs = append(c.Configs, f)
		case v.Secret != nil && (m.SubPath == rio.ContentKey || m.SubPath == ""):
			f.named(v.Secret.SecretName, v.Secret.DefaultMode, v.Secret.Optional)
			if f.Target == SecretDir+v.Secret.SecretName {
				f.Target = ""
			}
			c.Secrets = append(c.Secrets, f)
		}
	}
}

func (f *FileFrom) named(name string, mode *int32, optional *bool) {
	f.Source = name
	if ptr.Deref(optional, false) {
		f.Source += "?"
	}
	f.Mode = modeText(mode)
}
