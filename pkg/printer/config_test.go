package printer_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func configs() []rio.Config {
	return []rio.Config{
		{Namespace: "default", Name: "nginx.conf", Created: now.Add(-time.Hour), Data: map[string][]byte{"content": make([]byte, 2048)}},
		{Namespace: "test", Name: "app.yaml", Created: now.Add(-time.Minute), Data: map[string][]byte{"content": []byte("a: b")}},
		{Namespace: "default", Name: "empty", Created: now.Add(-time.Minute)},
	}
}

func TestConfigTable(t *testing.T) {
	for want, ids := range map[string]bool{
		"NAME            CREATED              SIZE\n" +
			"empty           About a minute ago   0B\n" +
			"nginx.conf      About an hour ago    2.048kB\n" +
			"test/app.yaml   About a minute ago   4B\n": false,
		"ID                   NAME            CREATED              SIZE\n" +
			"default:empty        empty           About a minute ago   0B\n" +
			"default:nginx.conf   nginx.conf      About an hour ago    2.048kB\n" +
			"test:app.yaml        test/app.yaml   About a minute ago   4B\n": true,
	} {
		var out bytes.Buffer
		if err := printer.ConfigTable(&out, printer.Configs(configs()), "default", now, ids); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSecretsKeepTheirValues(t *testing.T) {
	rows := printer.Configs([]rio.Config{{
		Kind: rio.KindSecret, Namespace: "default", Name: "db", Type: corev1.SecretTypeOpaque, Created: now.Add(-2 * time.Hour), Data: map[string][]byte{"password": []byte("hush")},
	}})
	var out bytes.Buffer
	if err := printer.SecretTable(&out, rows, "default", now, false); err != nil {
		t.Fatal(err)
	}
	want := "NAME      TYPE      CREATED       SIZE\n" +
		"db        Opaque    2 hours ago   4B\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	raw, err := json.Marshal(rows)
	if err != nil || strings.Contains(string(raw), "hush") || strings.Contains(string(raw), "aHVzaA") || !strings.Contains(string(raw), "password") {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestVolumeTable(t *testing.T) {
	volumes := []rio.Volume{
		{Namespace: "default", Name: "data", SizeInGB: 10, State: rio.VolumeActive, Created: now.Add(-time.Hour)},
		{Namespace: "default", Name: "shared", Driver: "nfs", SizeInGB: 1, State: rio.VolumePending, Detail: "ProvisioningFailed: no room", Created: now.Add(-time.Minute)},
		{Namespace: "default", Name: "each", Template: true, SizeInGB: 2, State: rio.VolumeActive, Created: now.Add(-2 * time.Hour)},
	}
	want := "" +
		"NAME      DRIVER    TEMPLATE   SIZE GB   STATE     CREATED              DETAIL\n" +
		"data      default   false      10        active    About an hour ago    \n" +
		"each      default   true       2         active    2 hours ago          \n" +
		"shared    nfs       false      1         pending   About a minute ago   ProvisioningFailed: no room\n"
	var out bytes.Buffer
	if err := printer.VolumeTable(&out, printer.Volumes(volumes), "default", now, false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
