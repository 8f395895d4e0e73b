package spec_test

import (
	"fmt"
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// readsBack wants that the form of what a parser took is taken as the same.
func readsBack[T fmt.Stringer](t *testing.T, in string, took T, parse func(string) (T, error)) {
	t.Helper()
	back, err := parse(took.String())
	if diff := cmp.Diff(took, back); err != nil || diff != "" {
		t.Errorf("%q, written as %q: %v %s", in, took, err, diff)
	}
}

// Whatever is taken can be mounted, and what is mounted is read back.
func FuzzParseMount(f *testing.F) {
	for _, s := range []string{"/data", "data:/data:ro", "/a:/b:rslave", "data:/d:subpath=x", "/d:driver=fast,size=3", "./x:/y", "::", "a:/b:c:d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := spec.ParseMount(s)
		if err != nil {
			return
		}
		readsBack(t, s, m, spec.ParseMount)
		r := spec.Revision{Container: spec.Container{Image: "nginx", Volumes: []spec.Mount{m}, Privileged: new(true)}}
		pod := template(t, r)
		if !path.IsAbs(pod.Spec.Containers[0].VolumeMounts[0].MountPath) || len(pod.Spec.Volumes) != 1 || len(pod.Spec.Volumes[0].Name) > 63 {
			t.Fatalf("%q becomes %+v of %+v", s, pod.Spec.Containers[0].VolumeMounts, pod.Spec.Volumes)
		}
		back := spec.FromTemplate(pod, nil).Volumes
		if len(back) != 1 || back[0].Target != m.Target || back[0].Source != m.Source || back[0].ReadOnly != m.ReadOnly {
			t.Errorf("%q is %+v, and reads back as %+v", s, m, back)
		}
	})
}

func FuzzParseConfigFile(f *testing.F) {
	for _, s := range []string{"app:/etc/app", "nginx.conf?:/n,mode=0440,gid=33", "a:/b,uid=0", "a:/b,uid=1", ":/x", "a,b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		file, err := spec.ParseConfigFile(s)
		if err != nil {
			return
		}
		readsBack(t, s, file, spec.ParseConfigFile)
		pod := template(t, spec.Revision{Container: spec.Container{Image: "nginx", Configs: []spec.FileFrom{file}}})
		back := spec.FromTemplate(pod, nil).Configs
		if len(back) != 1 || back[0].Source != file.Source || back[0].Target != file.Target {
			t.Errorf("%q is %+v, and reads back as %+v", s, file, back)
		}
	})
}

func FuzzParseTmpfs(f *testing.F) {
	for _, s := range []string{"/tmp", "/tmp:size=64m,ro", "/x:size=0", "tmp", "/:size=-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tmpfs, err := spec.ParseTmpfs(s)
		if err != nil {
			return
		}
		readsBack(t, s, tmpfs, spec.ParseTmpfs)
		pod := template(t, spec.Revision{Container: spec.Container{Image: "nginx", Tmpfs: []spec.Tmpfs{tmpfs}}})
		if back := spec.FromTemplate(pod, nil).Tmpfs; len(back) != 1 || back[0] != tmpfs {
			t.Errorf("%q is %+v, and reads back as %+v", s, tmpfs, back)
		}
	})
}
