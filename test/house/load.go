package house

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// load reads the checkout this test runs in.
func load() (*tree, error) {
	top, err := output(".", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	names, err := listFiles(top)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(top, name))
		if os.IsNotExist(err) { // deleted, not yet committed
			continue
		}
		if err != nil {
			return nil, err
		}
		texts[name] = string(text)
	}
	return parseTree(texts)
}

// listFiles lists what belongs to the repository: what git knows or would add. A copy
// without git holds nothing else, but for what was built in it.
func listFiles(top string) ([]string, error) {
	if root, err := output(top, "git", "rev-parse", "--show-toplevel"); err == nil && root == top {
		out, err := output(top, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
		return strings.FieldsFunc(out, func(r rune) bool { return r == 0 }), err
	}
	var names []string
	err := filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(top, p)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "bin" || name == ".git"):
			return fs.SkipDir
		case d.Type().IsRegular():
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// listed is what the go command itself says about a package.
type listed struct {
	ImportPath string
	Imports    []string
}

// goList asks the go command for every package of the module.
func goList() ([]listed, error) {
	out, err := output(".", "go", "list", "-buildvcs=false", "-json=ImportPath,Imports", module+"/...")
	if err != nil {
		return nil, err
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var l listed
		if err := dec.Decode(&l); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
}

func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", cmd, err, &complaint)
	}
	return strings.TrimSpace(string(out)), nil
}
