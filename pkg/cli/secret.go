package cli

import (
	"encoding/base64"
	"encoding/json"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubectl/pkg/cmd/create"
	"k8s.io/kubectl/pkg/util"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var secretExample = `
  # Of a file, of standard input, or of single values
  kubectl rio secret create tls.key ./tls.key
  pass db | kubectl rio secret create password -
  kubectl rio secret create db --from-literal user=rio --from-literal password=secret

  # To pull images with
  kubectl rio secret create registry --docker-server registry.example.com --docker-username me --docker-password secret`

const secretLong = `A secret works like a config, but is kept in a Secret. Only secret cat prints its values, and no history has them. Without a subcommand, secrets are listed.

run --secret NAME[:TARGET] mounts a secret at /run/secrets/NAME or at TARGET: as that file if it was made from one file, else as a directory with a file for
each key. run -e VAR='$(secret/NAME/KEY)' puts one value into a variable.`

func newSecretCmd(o *Options) *cobra.Command {
	return listGroup(newConfigLsCmd(o, rio.KindSecret), "secret", "List, create, print, change and delete secrets that pods read", secretLong, secretExample,
		newSecretCreateCmd(o), newConfigCatCmd(o, rio.KindSecret), newSecretUpdateCmd(o), newConfigRmCmd(o, rio.KindSecret))
}

// secretFlags say what is in a secret.
type secretFlags struct {
	labels, literals []string
	docker           create.DockerConfigEntry
	server           string
}

func (s *secretFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&s.labels, "label", "l", nil, "set a label on the secret, `KEY=VALUE`")
	f.StringArrayVar(&s.literals, "from-literal", nil, "one value of it, `KEY=VALUE`; may be repeated")
	f.StringVar(&s.server, "docker-server", "", "the registry that it is for, for example registry.example.com; makes a secret to pull images with")
	f.StringVar(&s.docker.Username, "docker-username", "", "user of the registry")
	f.StringVar(&s.docker.Password, "docker-password", "", "password of the registry")
	f.StringVar(&s.docker.Email, "docker-email", "", "address of the registry's user")
}

// secret reads the flags and arguments.
func (s *secretFlags) secret(o *Options, args []string) (c rio.Config, err error) {
	names, err := o.names(args[:1])
	if err != nil {
		return c, err
	}
	c = rio.Config{
		Kind: rio.KindSecret, Namespace: names[0].Namespace, Name: names[0].Name, Labels: parseLabels(s.labels),
		Type: corev1.SecretTypeOpaque, Data: map[string][]byte{},
	}
	for _, literal := range s.literals {
		key, value, err := util.ParseLiteralSource(literal)
		if err != nil { // it does not say what it is about: that may be the value
			return c, usagef("invalid --from-literal: want KEY=VALUE")
		}
		c.Data[key] = []byte(value)
	}
	if len(args) > 1 {
		if c.Data[rio.ContentKey], err = o.read(args[1]); err != nil {
			return c, err
		}
	}
	if err := s.pullSecret(&c); err != nil {
		return c, err
	}
	if len(c.Data) == 0 {
		return c, usagef("nothing is given for secret %q to hold, want FILE, - for standard input, --from-literal or --docker-server", c.Name)
	}
	if err := c.Validate(); err != nil {
		return c, usageError(err)
	}
	return c, nil
}

// pullSecret fills in what a registry asks for, in the form that Docker keeps it,
// https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
func (s *secretFlags) pullSecret(c *rio.Config) error {
	given := s.docker != create.DockerConfigEntry{}
	switch {
	case s.server == "" && given:
		return usagef("--docker-server is missing; it says which registry the user is of, for example https://index.docker.io/v1/")
	case s.server == "":
		return nil
	case s.docker.Username == "" || s.docker.Password == "":
		return usagef("--docker-server %q needs --docker-username and --docker-password", s.server)
	case len(c.Data) > 0:
		return usagef("secret %q is to pull images with, so it cannot hold a file or --from-literal too; make two", c.Name)
	}
	entry := s.docker
	entry.Auth = base64.StdEncoding.EncodeToString([]byte(entry.Username + ":" + entry.Password))
	content, err := json.Marshal(create.DockerConfigJSON{Auths: create.DockerConfig{s.server: entry}})
	c.Type, c.Data[corev1.DockerConfigJsonKey] = corev1.SecretTypeDockerConfigJson, content
	return err
}

func newSecretCreateCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var flags secretFlags
	cmd := &cobra.Command{
		Use:     "create NAME [FILE|-]",
		Short:   "Create a secret from a file or from single values",
		Example: secretExample,
		Args:    between(1, 2, "NAME, and FILE or - for standard input or a flag that says what is in it"), ValidArgsFunction: completeFiles(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := flags.secret(o, args)
			if err != nil {
				return err
			}
			return m.createConfig(cmd, args, c)
		},
	}
	m.addWriteFlags(cmd)
	flags.add(cmd)
	return cmd
}

func newSecretUpdateCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var flags secretFlags
	var also []string
	cmd := &cobra.Command{
		Use:               "update NAME [FILE|-]",
		Short:             "Change the content of a secret",
		Long:              updateLong + " Keys that are not given stay as they are.",
		Example:           "\n  kubectl rio secret update db --from-literal password=other",
		Args:              between(1, 2, "NAME, and FILE or - for standard input or a flag that says what is in it"),
		ValidArgsFunction: completeConfigs(o, rio.KindSecret),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := flags.secret(o, args)
			if err != nil {
				return err
			}
			return m.updateConfig(cmd, args, c, also)
		},
	}
	m.addFlags(cmd)
	flags.add(cmd)
	addAlsoFlag(cmd, &also)
	return cmd
}
