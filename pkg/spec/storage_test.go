package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

func anyStorage(t *rapid.T, c *spec.Container) {
	c.Volumes = pick(t, "volumes", nil,
		[]spec.Mount{{Kind: "volume", Source: "data", Target: "/data"}, {Kind: "volume", Source: "data", Target: "/part", ReadOnly: true, Volume: &spec.MountVolume{SubPath: "a/b"}}},
		[]spec.Mount{{Kind: "volume", Source: "with.dots", Target: "/dots"}, {Kind: "volume", Source: "config-app", Target: "/trap"}},
		[]spec.Mount{{Kind: "bind", Source: "/etc/ssl", Target: "/ssl", Bind: &spec.MountBind{Propagation: "rslave"}}, {Kind: "volume", Target: "/scratch"}},
		[]spec.Mount{{Kind: "volume", Target: "/scratch", Volume: &spec.MountVolume{SizeInGB: 2}}, {Kind: "volume", Target: "/fast", Volume: &spec.MountVolume{Driver: "fast", SizeInGB: 3}}})
	c.Tmpfs = pick(t, "tmpfs", nil, []spec.Tmpfs{{Path: "/tmp", SizeBytes: 1 << 20}, {Path: "/run/x", ReadOnly: true}})
	c.Configs = pick(t, "configs", nil,
		[]spec.FileFrom{{Source: "app", Target: "/etc/app"}, {Source: "app", Target: "/etc/again", Mode: "0440"}},
		[]spec.FileFrom{{Source: "nginx.conf?", Target: "/etc/nginx.conf"}})
	c.Secrets = pick(t, "secrets", nil, []spec.FileFrom{{Source: "db"}, {Source: "tls", Target: "/tls", Mode: "0400"}})
	c.Devices = pick(t, "devices", nil, []spec.Device{{OnHost: "example.com/fpga=2"}, {OnHost: "nvidia.com/gpu"}})
}

func TestParseMount(t *testing.T) {
	volume := func(v spec.MountVolume) *spec.MountVolume { return &v }
	for s, want := range map[string]spec.Mount{
		"/data":                        {Kind: "volume", Target: "/data"},
		"/data:ro":                     {Kind: "volume", Target: "/data", ReadOnly: true},
		"data:/data":                   {Kind: "volume", Source: "data", Target: "/data"},
		"data:/data:rw,nocopy":         {Kind: "volume", Source: "data", Target: "/data"},
		"data:/data:subpath=a/b,ro":    {Kind: "volume", Source: "data", Target: "/data", ReadOnly: true, Volume: volume(spec.MountVolume{SubPath: "a/b"})},
		"/data:driver=fast,size=5":     {Kind: "volume", Target: "/data", Volume: volume(spec.MountVolume{Driver: "fast", SizeInGB: 5})},
		"/var/log:/log:ro,rslave":      {Kind: "bind", Source: "/var/log", Target: "/log", ReadOnly: true, Bind: &spec.MountBind{Propagation: "rslave"}},
		"/var/run/docker.sock:/a.sock": {Kind: "bind", Source: "/var/run/docker.sock", Target: "/a.sock"},
	} {
		got, err := spec.ParseMount(s)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v %s", s, err, diff)
		}
	}
	for s, want := range map[string]string{
		"data":                 `target "data" is not an absolute path in the container`,
		":/data":               `the source in front of ":" is empty; want [SOURCE:]TARGET[:OPTION,...]`,
		"a:/b:ro:x":            `want [SOURCE:]TARGET[:OPTION,...]`,
		"data:/d:shiny":        `option "shiny", want ro, rw, nocopy, rprivate, rslave, rshared, subpath=PATH, driver=STORAGECLASS or size=GB`,
		"data:/d:Z":            `option "Z": Kubernetes labels volumes for SELinux by itself; leave it out`,
		"/a:/b:shared":         `option "shared": Kubernetes passes mounts on with all that is mounted below; want rshared`,
		"data:/d:rshared":      `propagation "rshared" is for paths of the node only`,
		"./data:/d":            `source "./data" is a path, and nodes know neither your directory nor your home; want an absolute path on the node, or the name of a volume`,
		"~/data:/d":            `source "~/data" is a path, and nodes know neither your directory nor your home; want an absolute path on the node, or the name of a volume`,
		"data:/d:driver=fast":  `volume "data" has a name, so it has its driver and size from: kubectl rio volume create -d DRIVER data SIZE_IN_GB`,
		"/a:/d:size=2":         `source "/a" is on the node, so it has no driver and no size`,
		"data:/d:subpath=../x": `subpath "../x" leads out of the volume; want a path inside of it`,
		"/d:size=lots":         `size "lots" is not a number of gigabytes, 1 or more`,
		"/a/../b:/d":           `source "/a/../b" has a .. in it, which Kubernetes refuses of a path on the node; write /b`,
		"Data:/d":              `volume "Data": `,
	} {
		if _, err := spec.ParseMount(s); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", s, err, want)
		}
	}
}

func TestParseTmpfs(t *testing.T) {
	for s, want := range map[string]spec.Tmpfs{
		"/tmp": {Path: "/tmp"}, "/tmp:ro": {Path: "/tmp", ReadOnly: true}, "/tmp:size=64m,rw": {Path: "/tmp", SizeBytes: 64 << 20},
	} {
		if got, err := spec.ParseTmpfs(s); err != nil || got != want {
			t.Errorf("%q: got %+v, %v", s, got, err)
		}
	}
	for s, want := range map[string]string{
		"tmp": `"tmp" is not an absolute path in the container`, "/tmp:mode=1777": `option "mode=1777": Kubernetes lets all users write to a directory in memory, and no more can be said of it; want ro, rw or size=N`,
		"/tmp:size=x": `size "x", want bytes or a number with b, k, m or g, for example 64m`,
	} {
		if _, err := spec.ParseTmpfs(s); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", s, err, want)
		}
	}
}

func TestParseFiles(t *testing.T) {
	got, err := spec.ParseConfigFile("nginx.conf:/etc/nginx.conf,mode=0440,uid=0,gid=33")
	if diff := cmp.Diff(spec.FileFrom{Source: "nginx.conf", Target: "/etc/nginx.conf", Mode: "0440", UID: new(int64(0)), GID: new(int64(33))}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := spec.ParseFile("db?,mode=400"); err != nil || got.Source != "db?" || got.Target != "" || got.Mode != "400" {
		t.Errorf("%+v, %v", got, err)
	}
	for s, want := range map[string]string{
		"app":               `the target is missing; want NAME:TARGET, for example nginx.conf:/etc/nginx/nginx.conf`,
		"app:etc":           `target "etc" is not an absolute path in the container`,
		"app:/a,mode=rw":    `mode "rw", want octal digits up to 0777, for example 0400`,
		"app:/a,mode=1777":  `mode "1777", want octal digits up to 0777, for example 0400`,
		"app:/a,uid=33":     `uid 33: in Kubernetes these files are root's; give a group the right to read them with gid=N, or everybody with mode=0444`,
		"app:/a,gid=daemon": `gid "daemon" is not a number`,
		"app:/a,owner=me":   `option "owner=me", want mode=OCTAL, uid=0 or gid=N`,
		"App:/a":            `name "App": `,
	} {
		if _, err := spec.ParseConfigFile(s); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", s, err, want)
		}
	}
}

// The volume of a file is called by what its mode is, so that writing it otherwise replaces no pod.
func TestOneModeIsOneVolume(t *testing.T) {
	volume := func(mode string) corev1.Volume {
		file := []spec.FileFrom{{Source: "app", Target: "/app", Mode: mode}}
		return template(t, spec.Revision{Container: spec.Container{Configs: file}}).Spec.Volumes[0]
	}
	for mode, same := range map[string]string{"0644": "", "644": "", "440": "0440", "00440": "0440"} {
		if diff := cmp.Diff(volume(same), volume(mode)); diff != "" {
			t.Errorf("mode %q is not as %q:\n%s", mode, same, diff)
		}
	}
	for mode, want := range map[string]string{"": "config-app", "0440": "config-app-826deef9"} { // as pods have it that run
		if got := volume(mode).Name; got != want {
			t.Errorf("mode %q: volume %q, want %q", mode, got, want)
		}
	}
	secrets := []spec.FileFrom{{Source: "db", Mode: "400"}, {Source: "db", Target: "/db", Mode: "0644"}}
	first := template(t, spec.Revision{Pod: spec.Pod{Mesh: new(false)}, Container: spec.Container{Secrets: secrets}})
	if diff := cmp.Diff(first, template(t, spec.FromTemplate(overTheWire(t, first), nil))); diff != "" {
		t.Errorf("read back and written again:\n%s", diff)
	}
}

func TestParseDevice(t *testing.T) {
	for _, s := range []string{"nvidia.com/gpu", "example.com/fpga=2"} {
		if got, err := spec.ParseDevice(s); err != nil || got.OnHost != s {
			t.Errorf("%q: %+v, %v", s, got, err)
		}
	}
	for s, want := range map[string]string{
		"/dev/fuse":        `"/dev/fuse" is a path, and Kubernetes gives a pod devices by the name that a device plugin offers them under, `,
		"gpu":              `"gpu" is no resource of a device plugin; want DOMAIN/NAME[=N], for example nvidia.com/gpu=1`,
		"nvidia.com/gpu=0": `"0" is not a number of devices, 1 or more`,
	} {
		if _, err := spec.ParseDevice(s); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", s, err, want)
		}
	}
}

func TestStorageRefuses(t *testing.T) {
	mounts := func(ms ...spec.Mount) spec.Container { return spec.Container{Volumes: ms} }
	for want, c := range map[string]spec.Container{
		`"/d" is mounted twice; give each a path of its own`:                   mounts(spec.Mount{Source: "a", Target: "/d"}, spec.Mount{Source: "b", Target: "/d"}),
		`invalid volumes from "logs": the pod has no other container "logs"; `: {VolumesFrom: []string{"logs"}},
		`gid 2 of "b": the files of a pod have one group, and it is 1`: {Configs: []spec.FileFrom{
			{Source: "a", Target: "/a", GID: new(int64(1))}, {Source: "b", Target: "/b", GID: new(int64(2))}}},
		`propagation "rshared" lets the container mount on the node; it has to be privileged for that: --privileged`: mounts(
			spec.Mount{Kind: "bind", Source: "/a", Target: "/a", Bind: &spec.MountBind{Propagation: "rshared"}}),
	} {
		pod := spec.New("foobar")
		r := spec.Revision{Container: c}
		if err := r.Overlay(&pod); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestAListReplacesWhatWasThere(t *testing.T) {
	pod := template(t, spec.Revision{Container: spec.Container{
		Volumes: []spec.Mount{{Source: "data", Target: "/data"}}, Configs: []spec.FileFrom{{Source: "app", Target: "/app"}}, Tmpfs: []spec.Tmpfs{{Path: "/tmp"}},
	}})
	other := spec.Revision{Container: spec.Container{Configs: []spec.FileFrom{{Source: "web", Target: "/web"}}}}
	if err := other.Overlay(&pod); err != nil {
		t.Fatal(err)
	}
	var volumes []string
	for _, v := range pod.Spec.Volumes {
		volumes = append(volumes, strings.SplitN(v.Name, "-", 3)[0]+"@")
	}
	if len(pod.Spec.Volumes) != 3 || pod.Spec.Volumes[2].Name != "config-web" {
		t.Errorf("the other volumes stay, and the config that nobody mounts goes: %v", volumes)
	}
}

func TestSidekicksShareVolumes(t *testing.T) {
	r := spec.Revision{Container: spec.Container{VolumesFrom: []string{"logs:ro"}, Volumes: []spec.Mount{{Source: "data", Target: "/data"}}}}
	r.Sidekicks = map[string]spec.Sidekick{"logs": {Container: spec.Container{Image: "logs", Volumes: []spec.Mount{
		{Source: "data", Target: "/data"}, {Target: "/buffer"},
	}}}}
	pod := template(t, r)
	main := pod.Spec.Containers[0].VolumeMounts
	want := []corev1.VolumeMount{{Name: "data", MountPath: "/data"}, {Name: main[1].Name, MountPath: "/buffer", ReadOnly: true}}
	if diff := cmp.Diff(want, main); diff != "" || len(pod.Spec.Volumes) != 2 {
		t.Errorf("%s, of volumes %v", diff, pod.Spec.Volumes)
	}
}

// Whose volumes are shared is read back, or is written as the volumes that come to the same.
func TestSharedVolumesAreReadBack(t *testing.T) {
	data, scratch, memory := spec.Mount{Kind: "volume", Source: "data", Target: "/data"}, spec.Mount{Kind: "volume", Target: "/scratch"}, []spec.Tmpfs{{Path: "/run"}}
	site := []spec.FileFrom{{Source: "site", Target: "/site"}}
	for sentence, c := range map[string]struct {
		main, logs spec.Container
		from       []string // as it is read back of the service's own container
	}{
		"a volume without a name":          {spec.Container{VolumesFrom: []string{"logs"}}, spec.Container{Volumes: []spec.Mount{scratch}}, []string{"logs"}},
		"only to read":                     {spec.Container{VolumesFrom: []string{"logs:ro"}}, spec.Container{Volumes: []spec.Mount{scratch}}, []string{"logs:ro"}},
		"a directory in memory":            {spec.Container{VolumesFrom: []string{"logs"}}, spec.Container{Tmpfs: memory}, []string{"logs"}},
		"all that there is":                {spec.Container{VolumesFrom: []string{"logs"}}, spec.Container{Volumes: []spec.Mount{data, scratch}, Tmpfs: memory, Configs: site}, []string{"logs"}},
		"beside its own":                   {spec.Container{Volumes: []spec.Mount{data}, Tmpfs: memory, VolumesFrom: []string{"logs:ro"}}, spec.Container{Volumes: []spec.Mount{data, scratch}}, []string{"logs:ro"}},
		"its own, of the same place":       {spec.Container{Tmpfs: memory, VolumesFrom: []string{"logs"}}, spec.Container{Volumes: []spec.Mount{scratch}, Tmpfs: memory}, []string{"logs"}},
		"a volume that has a name":         {spec.Container{VolumesFrom: []string{"logs"}}, spec.Container{Volumes: []spec.Mount{data}, Configs: site}, nil},
		"a sidekick's, of the service":     {spec.Container{Volumes: []spec.Mount{scratch}}, spec.Container{VolumesFrom: []string{"web"}}, nil},
		"nothing: each has one of its own": {spec.Container{Volumes: []spec.Mount{scratch}}, spec.Container{Volumes: []spec.Mount{scratch}}, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.logs.Image = "logs"
			said := spec.Revision{Pod: spec.Pod{Mesh: new(false)}, Container: c.main, Sidekicks: map[string]spec.Sidekick{"logs": {Container: c.logs}}}
			pod := spec.New("web")
			if err := said.Overlay(&pod); err != nil {
				t.Fatal(err)
			}
			read := spec.FromTemplate(pod, nil)
			if diff := cmp.Diff(c.from, read.VolumesFrom); diff != "" {
				t.Errorf("(-want +read):\n%s", diff)
			}
			again := spec.New("web")
			if err := read.Overlay(&again); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(pod, again); diff != "" {
				t.Errorf("(-first +again):\n%s", diff)
			}
		})
	}
}

// What is written has the form in which the server gives it back.
func TestBytesKeepTheirForm(t *testing.T) {
	for n, want := range map[int64]string{2000: "2k", 2048: "2Ki", 1 << 30: "1Gi", 1000001: "1000001", 0: "0"} {
		template := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "foobar"}}}}
		r := spec.Revision{Container: spec.Container{Image: "nginx", MemoryReservationBytes: &n}}
		if err := r.Overlay(&template); err != nil {
			t.Fatal(err)
		}
		memory := template.Spec.Containers[0].Resources.Requests[corev1.ResourceMemory]
		if got := memory.String(); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
