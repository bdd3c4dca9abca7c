package userns

import "path"

// How far repositories in the project are looked for: project/.git is known,
// project/a/.git and project/a/b/.git are found by this; and how many directories are
// listed for it. Each costs five microseconds, for everybody and every time.
const (
	searchDepth = 2
	searchMost  = 128
)

// search holds other repositories in the project.
func (g *guards) search() {
	level := []string{"."}
	for left := searchMost; len(level) > 0; {
		var next []string
		depth := searchDepth
		for _, dir := range level {
			if left == 0 || depthOf(dir) == depth {
				return
			}
			left--
			next = append(next, g.below(dir)...)
		}
		level = next
	}
}

// below looks at the directories in dir.
func (g *guards) below(dir string) (names []string) {
	for _, name := range g.facts.Directories(g.at(dir)) {
		if name == ".git" || name == "node_modules" {
			continue
		}
		name = path.Join(dir, name)
		g.repository(path.Join(name, ".git"), ignored)
		names = append(names, name)
	}
	return names
}

func depthOf(dir string) (depth int) {
	for ; dir != "."; dir = path.Dir(dir) {
		depth++
	}
	return depth
}
