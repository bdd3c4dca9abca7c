package seccomp

import (
	"slices"
	"strings"
)

// ociArchs are the names of architectures in includes and excludes: moby's goToNative in
// profiles/seccomp, and what its default profile uses.
var ociArchs = [...]string{
	"amd64", "arm", "arm64", "loongarch64", "mips", "mips3l64n32", "mips64", "mips64n32",
	"mipsel", "mipsel64", "mipsel64n32", "parisc", "parisc64", "ppc", "ppc64", "ppc64le",
	"riscv64", "s390", "s390x", "x32", "x86",
}

// scmpArchs are those of archMap and architectures, without SCMP_ARCH_.
var scmpArchs = [...]string{
	"AARCH64", "ARM", "LOONGARCH64", "M68K", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL",
	"MIPSEL64", "MIPSEL64N32", "NATIVE", "PARISC", "PARISC64", "PPC", "PPC64", "PPC64LE",
	"RISCV64", "S390", "S390X", "SH", "SHEB", "X32", "X86", "X86_64",
}

// archFromOCI turns Docker's name of an architecture into Go's; one we have no table for
// stays as it is and never matches.
func archFromOCI(name string) (string, error) {
	for i := range archs {
		if archs[i].oci == name && name != "" {
			return archs[i].name, nil
		}
	}
	if slices.Contains(ociArchs[:], name) {
		return name, nil
	}
	return "", unknown("architecture", name, slices.Values(ociArchs[:]))
}

// archToOCI is the way back.
func archToOCI(name string) string {
	if a := ArchByName(name); a != NoArch {
		return archs[a].oci
	}
	return name
}

// knownArch tells of a name in a [Scope] whether it is one of Go's, or of an architecture that
// only container runtimes know.
func knownArch(name string) bool {
	goarch, err := archFromOCI(name)
	return ArchByName(name) != NoArch || err == nil && goarch == name
}

func (j *jsonProfile) checkArchs() error {
	if err := checkSCMP("architectures", j.Architectures); err != nil {
		return err
	}
	for _, m := range j.ArchMap {
		if err := checkSCMP("archMap", append([]string{m.Architecture}, m.SubArchitectures...)); err != nil {
			return err
		}
	}
	return nil
}

func checkSCMP(where string, list []string) error {
	for _, name := range list {
		short, ok := strings.CutPrefix(name, "SCMP_ARCH_")
		if !ok || !slices.Contains(scmpArchs[:], short) {
			return at(unknown("architecture", name, scmpNames), 0, where)
		}
	}
	return nil
}

func scmpNames(yield func(string) bool) {
	for _, short := range scmpArchs {
		if !yield("SCMP_ARCH_" + short) {
			return
		}
	}
}
