package probe

import "testing"

func TestContainer(t *testing.T) {
	for _, c := range []struct {
		files map[string]string
		want  string
	}{
		{nil, ""},
		{map[string]string{"/proc/1/cmdline": "/sbin/init\x00"}, ""},
		{map[string]string{"/proc/1/cmdline": "snug:init\x00/bin/sh\x00", "/.dockerenv": ""}, "snug"},
		{map[string]string{"/.dockerenv": ""}, "docker (/.dockerenv)"},
		{map[string]string{"/run/.containerenv": "engine=\"podman-4.3.1\"\n"}, "podman (/run/.containerenv)"},
		{map[string]string{"/run/systemd/container": "lxc\n"}, "lxc (/run/systemd/container)"},
	} {
		if got := files(c.files).Container(); got != c.want {
			t.Errorf("%v: got %q, want %q", c.files, got, c.want)
		}
	}
}

func TestInUserNamespace(t *testing.T) {
	for ids, want := range map[string]bool{
		"": false, "         0          0 4294967295\n": false, "         0       1000          1\n": true,
		"         0       1000          1\n         1     100000      65536\n": true,
	} {
		if got := files(map[string]string{"/proc/self/uid_map": ids}).InUserNamespace(); got != want {
			t.Errorf("%q: got %v, want %v", ids, got, want)
		}
	}
}
