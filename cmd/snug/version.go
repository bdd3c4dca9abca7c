package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
)

type versionCmd struct {
	JSON bool `name:"json" help:"As JSON."`
}

// Run does `snug version`.
func (v *versionCmd) Run() int {
	if err := v.print(os.Stdout); err != nil {
		return report(os.Stderr, err)
	}
	return 0
}

func (v *versionCmd) print(w io.Writer) error {
	if v.JSON {
		return json.NewEncoder(w).Encode(struct {
			Schema   int    `json:"schema"`
			Version  string `json:"version"`
			Revision string `json:"revision,omitempty"`
			Go       string `json:"go"`
			Platform string `json:"platform"`
		}{1, release(), revision(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(w, "snug %s (%s%s, %s/%s)\n", release(), short(revision()), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
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
