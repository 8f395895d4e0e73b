package spec

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	units "github.com/docker/go-units"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
)

// The kinds of a Mount.
const (
	KindBind   = "bind"   // of a directory or file of the node
	kindVolume = "volume" // or of an empty directory, when it has no source
)

// propagations are Docker's words, https://docs.docker.com/engine/storage/bind-mounts/#configure-bind-propagation
// Kubernetes has the recursive ones only.
var propagations = map[string]corev1.MountPropagationMode{
	"rprivate": corev1.MountPropagationNone, "rslave": corev1.MountPropagationHostToContainer, "rshared": corev1.MountPropagationBidirectional,
}

// ParseMount reads [SOURCE:]TARGET[:OPTION,...]. A SOURCE that is a path is the node's, any
// other the name of a volume; without one it is an empty directory that ends with the pod.
// The options are ro, rw, nocopy (Kubernetes never copies), rprivate, rslave, rshared,
// subpath=PATH, driver=STORAGECLASS and size=GB, the last two of an unnamed volume.
func ParseMount(s string) (Mount, error) {
	m, err := SplitMount(s)
	if err == nil {
		err = m.Check()
	}
	return m, err
}

// SplitMount is ParseMount for who knows more of sources than Check does.
func SplitMount(s string) (Mount, error) {
	m := Mount{Kind: kindVolume}
	parts := strings.Split(s, ":")
	if len(parts) == 2 && path.IsAbs(parts[1]) || len(parts) == 3 {
		m.Source, parts = parts[0], parts[1:]
		if m.Source == "" {
			return m, fmt.Errorf("the source in front of %q is empty; want [SOURCE:]TARGET[:OPTION,...]", ":")
		}
	}
	if len(parts) > 2 {
		return m, fmt.Errorf("want [SOURCE:]TARGET[:OPTION,...]")
	}
	m.Target = parts[0]
	if strings.HasPrefix(m.Source, "/") || strings.HasPrefix(m.Source, ".") || strings.HasPrefix(m.Source, "~") {
		m.Kind = KindBind
	}
	if len(parts) == 2 {
		if err := checkWritable(parts[1]); err != nil {
			return m, err
		}
		for option := range strings.SplitSeq(parts[1], ",") {
			if err := m.option(option); err != nil {
				return m, err
			}
		}
	}
	return m, nil
}

// checkWritable refuses options of which one takes another back.
func checkWritable(options string) error {
	words := strings.Split(options, ",")
	if slices.Contains(words, "ro") && slices.Contains(words, "rw") {
		return fmt.Errorf("options ro and rw are both given; leave out one of the two")
	}
	return nil
}

func (m *Mount) option(option string) error {
	key, value, _ := strings.Cut(option, "=")
	switch {
	case option == "rw", option == "nocopy":
	case option == "ro":
		m.ReadOnly = true
	case propagations[option] != "":
		m.Bind = &MountBind{Propagation: option}
	case value != "" && key == "subpath":
		m.volume().SubPath = value
	case value != "" && key == "driver":
		m.volume().Driver = value
	case value != "" && key == "size":
		size, err := strconv.Atoi(value)
		if err != nil || size < 1 {
			return fmt.Errorf("size %q is not a number of gigabytes, 1 or more", value)
		}
		m.volume().SizeInGB = size
	case slices.Contains([]string{"private", "slave", "shared"}, option):
		return fmt.Errorf("option %q: Kubernetes passes mounts on with all that is mounted below; want r%s", option, option)
	case option == "z" || option == "Z":
		return fmt.Errorf("option %q: Kubernetes labels volumes for SELinux by itself; leave it out", option)
	default:
		return fmt.Errorf("option %q, want ro, rw, nocopy, rprivate, rslave, rshared, subpath=PATH, driver=STORAGECLASS or size=GB", option)
	}
	return nil
}

func (m *Mount) volume() *MountVolume {
	if m.Volume == nil {
		m.Volume = &MountVolume{}
	}
	return m.Volume
}

// Check refuses what Kubernetes would not do as it is meant.
func (m Mount) Check() error {
	v := MountVolume{}
	if m.Volume != nil {
		v = *m.Volume
	}
	switch {
	case m.Kind != KindBind && m.Kind != kindVolume && m.Kind != "":
		return fmt.Errorf("kind %q, want bind or volume", m.Kind)
	case !path.IsAbs(m.Target):
		return fmt.Errorf("target %q is not an absolute path in the container", m.Target)
	case !path.IsAbs(m.Source) && (m.Kind == KindBind || strings.Contains(m.Source, "/")):
		return fmt.Errorf("source %q is a path, and nodes know neither your directory nor your home; want an absolute path on the node, or the name of a volume", m.Source)
	case m.Kind == KindBind && slices.Contains(strings.Split(m.Source, "/"), ".."):
		return fmt.Errorf("source %q has a .. in it, which Kubernetes refuses of a path on the node; write %s", m.Source, path.Clean(m.Source))
	case m.Kind == KindBind && (v.Driver != "" || v.SizeInGB != 0):
		return fmt.Errorf("source %q is on the node, so it has no driver and no size", m.Source)
	case m.Kind != KindBind && m.Bind != nil:
		return fmt.Errorf("propagation %q is for paths of the node only", m.Bind.Propagation)
	case m.Bind != nil && m.Bind.Propagation != "" && propagations[m.Bind.Propagation] == "":
		return fmt.Errorf("propagation %q, want rprivate, rslave or rshared", m.Bind.Propagation)
	case m.Source != "" && (v.Driver != "" || v.SizeInGB != 0):
		return fmt.Errorf("volume %q has a name, so it has its driver and size from: kubectl rio volume create -d DRIVER %s SIZE_IN_GB", m.Source, m.Source)
	case path.IsAbs(v.SubPath) || slices.Contains(strings.Split(v.SubPath, "/"), ".."):
		return fmt.Errorf("subpath %q leads out of the volume; want a path inside of it", v.SubPath)
	}
	if errs := validation.IsDNS1123Subdomain(m.Source); m.Kind != KindBind && m.Source != "" && len(errs) > 0 {
		return fmt.Errorf("volume %q: %s", m.Source, errs[0])
	}
	return nil
}

// String is the form that ParseMount reads.
func (m Mount) String() string {
	text := m.Target
	if m.Source != "" {
		text = m.Source + ":" + text
	}
	var options []string
	if m.ReadOnly {
		options = append(options, "ro")
	}
	if m.Bind != nil {
		options = append(options, m.Bind.Propagation)
	}
	if v := m.Volume; v != nil {
		for _, o := range []struct {
			set    bool
			option string
		}{{v.SubPath != "", "subpath=" + v.SubPath}, {v.Driver != "", "driver=" + v.Driver}, {v.SizeInGB > 0, fmt.Sprintf("size=%d", v.SizeInGB)}} {
			if o.set {
				options = append(options, o.option)
			}
		}
	}
	if len(options) > 0 {
		text += ":" + strings.Join(options, ",")
	}
	return text
}

// ParseTmpfs reads PATH[:OPTION,...]; the options are ro, rw and size=N.
func ParseTmpfs(s string) (Tmpfs, error) {
	target, options, _ := strings.Cut(s, ":")
	t := Tmpfs{Path: target}
	if err := cmp.Or(t.Check(), checkWritable(options)); err != nil {
		return t, err
	}
	for option := range strings.SplitSeq(options, ",") {
		size, sized := strings.CutPrefix(option, "size=")
		switch bytes, err := units.RAMInBytes(size); {
		case option == "", option == "rw":
		case option == "ro":
			t.ReadOnly = true
		case sized && err == nil && bytes > 0:
			t.SizeBytes = bytes
		case sized:
			return t, fmt.Errorf("size %q, want bytes or a number with b, k, m or g, for example 64m", size)
		default:
			return t, fmt.Errorf("option %q: Kubernetes lets all users write to a directory in memory, and no more can be said of it; want ro, rw or size=N", option)
		}
	}
	return t, nil
}

// String is the form that ParseTmpfs reads.
func (t Tmpfs) String() string {
	var options []string
	if t.ReadOnly {
		options = append(options, "ro")
	}
	if t.SizeBytes > 0 {
		options = append(options, fmt.Sprintf("size=%d", t.SizeBytes))
	}
	if len(options) == 0 {
		return t.Path
	}
	return t.Path + ":" + strings.Join(options, ",")
}

// Check refuses what is no place in a container.
func (t Tmpfs) Check() error {
	if !path.IsAbs(t.Path) {
		return fmt.Errorf("%q is not an absolute path in the container", t.Path)
	}
	return nil
}

// volumeName is the name of a pod's volume: readable where Kubernetes allows it, with a hash
// where it does not or where one thing is in the pod in several ways.
func volumeName(prefix, name string, ways ...string) string {
	label := prefix + strings.ReplaceAll(name, ".", "-")
	if len(ways) == 0 && label == prefix+name && len(validation.IsDNS1123Label(label)) == 0 {
		return label
	}
	return WithHash(Hyphened(label), strings.Join(append([]string{prefix, name}, ways...), "\n"))
}

// Prefixes of the names of a pod's volumes. One of a name that a user gave has none, so that
// the claims of a StatefulSet are called by it.
const (
	prefixConfig  = "config-"
	prefixSecret  = "secret-"
	prefixHost    = "host-"
	prefixTmpfs   = "tmpfs-"
	prefixUnnamed = "unnamed-"
)

func namedVolume(name string) string {
	for _, prefix := range []string{prefixConfig, prefixSecret, prefixHost, prefixTmpfs, prefixUnnamed} {
		if strings.HasPrefix(name, prefix) {
			return volumeName("", name, "named")
		}
	}
	return volumeName("", name)
}

// nameOf is the inverse, for a volume that is no claim, as that would say its name. Where that had to be
// cut, or has dots, it is the pod's: then it stays.
func nameOf(volume string) string {
	if i := strings.LastIndexByte(volume, '-'); i > 0 && namedVolume(volume[:i]) == volume {
		return volume[:i]
	}
	return volume
}

// defaultSizeInGB is how large an unnamed volume of a driver is when nothing is said.
const defaultSizeInGB = 1

// source is the pod's volume behind a mount. Which volumes exist is not known here: a named
// one is a claim of that name, until plan.Provide has seen what there is.
func (m Mount) source(container, driver string) corev1.Volume {
	v := MountVolume{}
	if m.Volume != nil {
		v = *m.Volume
	}
	if v.Driver == "" && m.Source == "" {
		v.Driver = driver
	}
	switch {
	case m.Kind == KindBind:
		return corev1.Volume{Name: volumeName(prefixHost, strings.Trim(m.Source, "/"), "path"), VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: m.Source}}}
	case m.Source != "":
		return corev1.Volume{Name: namedVolume(m.Source), VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: m.Source}}}
	}
	unnamed := corev1.Volume{Name: volumeName(prefixUnnamed, strings.Trim(m.Target, "/"), container)}
	switch {
	case v.Driver != "":
		unnamed.Ephemeral = &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: &v.Driver,
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: gigabytes(max(v.SizeInGB, defaultSizeInGB))}},
		}}}
	case v.SizeInGB > 0:
		unnamed.EmptyDir = &corev1.EmptyDirVolumeSource{SizeLimit: new(gigabytes(v.SizeInGB))}
	default:
		unnamed.EmptyDir = &corev1.EmptyDirVolumeSource{}
	}
	return unnamed
}

func gigabytes(n int) resource.Quantity {
	return bytesOf(int64(n) << 30)
}
