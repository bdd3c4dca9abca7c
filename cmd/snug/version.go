package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"snug/seccomp"
)

type versionCmd struct {
	JSON bool `name:"json" help:"As JSON, with the modules that are linked."`
}

// Run does `snug version`.
func (v *versionCmd) Run() int {
	if err := v.print(os.Stdout); err != nil {
		return report(os.Stderr, &printError{err})
	}
	return 0
}

func (v *versionCmd) print(w io.Writer) error {
	if v.JSON {
		info, _ := debug.ReadBuildInfo()
		return json.NewEncoder(w).Encode(versionDocument(info, release(), seccomp.Native()))
	}
	_, err := fmt.Fprintf(w, "snug %s (%s%s, %s/%s)\n", release(), short(revision()), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// versionDoc is a build for programs.
type versionDoc struct {
	Schema   int    `json:"schema"`
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"revision_time,omitempty"`
	Modified bool   `json:"modified,omitempty"` // the sources weren't the revision's
	Go       string `json:"go"`
	Platform string `json:"platform"`
	// What is compiled in: pid 1 in assembler besides the portable one, a default filter
	// of system calls for this architecture, and modules.
	Executors     []string        `json:"executors"`
	DefaultFilter bool            `json:"default_filter"`
	Modules       []versionModule `json:"modules"`
}

type versionModule struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Sum     string `json:"sum,omitempty"`
}

func versionDocument(info *debug.BuildInfo, version string, arch seccomp.Arch) *versionDoc {
	d := &versionDoc{Schema: 1, Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Executors: []string{"portable"}, Modules: []versionModule{}}
	if runtime.GOARCH == "amd64" {
		d.Executors = []string{"native", "portable"}
	}
	_, d.DefaultFilter = seccomp.Default(seccomp.Strict, arch)
	if info == nil {
		return d
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			d.Revision = s.Value
		case "vcs.time":
			d.Time = s.Value
		case "vcs.modified":
			d.Modified = s.Value == "true"
		}
	}
	for _, m := range info.Deps {
		d.Modules = append(d.Modules, versionModule{m.Path, m.Version, m.Sum})
	}
	return d
}

// release is the version the linker was told, or the module's.
func release() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// revision is the commit this was built from, if the build saw one.
func revision() string { return buildSetting("vcs.revision") }

// buildSetting is what the build has written down under that key, or "".
func buildSetting(key string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

func short(revision string) string {
	if len(revision) < 7 {
		return ""
	}
	return revision[:7] + ", "
}
