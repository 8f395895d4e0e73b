{{- /* The labels of every object; the argument is (list . COMPONENT). */ -}}
{{- define "rio.labels" -}}
{{- $ := index . 0 -}}
app.kubernetes.io/name: rio
app.kubernetes.io/instance: {{ $.Release.Name }}
app.kubernetes.io/version: {{ $.Chart.AppVersion | quote }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: rio
app.kubernetes.io/managed-by: {{ $.Release.Service }}
helm.sh/chart: {{ $.Chart.Name }}-{{ $.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- /* The name of a gateway port: http for 80, http-8080 for another one. */ -}}
{{- define "rio.portName" -}}
{{ lower .protocol }}{{ if not (or (eq (int .port) 80) (eq .protocol "HTTPS")) }}-{{ .port }}{{ end }}
{{- end -}}

{{- /* The domain under which services are published; empty where the load balancer's address says it. */ -}}
{{- define "rio.domain" -}}
{{ .Values.domain | default .Values.nodeDomain }}
{{- end -}}

{{- /* The ports of the gateway, as JSON: those of the values, and 443 where it serves https. */ -}}
{{- define "rio.ports" -}}
{{- $ports := .Values.gateway.ports -}}
{{- if include "rio.tlsSecret" . -}}
{{- $ports = append $ports (dict "port" 443 "protocol" "HTTPS") -}}
{{- end -}}
{{- $seen := dict -}}
{{- range $ports -}}
{{- $number := toString (int .port) -}}
{{- if hasKey $seen $number -}}
{{- fail (printf "gateway.ports opens port %s twice (%s and %s); name it once%s" $number (get $seen $number) .protocol
      (ternary ", or leave tls.secret and tls.issuer empty" "" (eq .protocol "HTTPS"))) -}}
{{- end -}}
{{- $_ := set $seen $number .protocol -}}
{{- end -}}
{{ toJson $ports }}
{{- end -}}

{{- /* The Secret with the gateway's certificate; empty where it serves no https. */ -}}
{{- define "rio.tlsSecret" -}}
{{ .Values.tls.secret | default (ternary "rio-tls" "" (ne .Values.tls.issuer "")) }}
{{- end -}}

{{- /* Which objects are labelled: new and changed workloads in stacks. */ -}}
{{- define "rio.stacks" -}}
matchExpressions:
- key: rio.cattle.io/stack
  operator: In
  values: ["true"]
- key: kubernetes.io/metadata.name
  operator: NotIn
  values: [kube-system, {{ .Release.Namespace }}]
{{- end -}}

{{- define "rio.workloads" -}}
- apiGroups: [apps]
  apiVersions: [v1]
  resources: [deployments, statefulsets, daemonsets]
  operations: [CREATE, UPDATE]
  scope: Namespaced
{{- end -}}

{{- /* CEL for the values of the first of some labels that is there, on the object or on its
       pods, and after them those of the others. */ -}}
{{- define "rio.firstLabel" -}}
{{- range $i, $key := . -}}
{{ if $i }} + {{ end }}variables.sources.filter(m, '{{ $key }}' in m).map(m, m['{{ $key }}'])
{{- end -}}
{{- end -}}

{{- define "rio.lacksLabels" -}}
# Only what lacks a label: of a new workload also in its pods, whose labels an
# update leaves alone.
- name: lacks-labels
  expression: >-
    (request.operation == 'CREATE' ? [object.metadata, object.spec.template.metadata] : [object.metadata])
    .exists(m, !has(m.labels) || !['rio.cattle.io', 'rio.cattle.io/service', 'rio.cattle.io/revision'].all(k, k in m.labels))
# An update makes no revision of what was none.
- name: created-or-revision
  expression: >-
    request.operation == 'CREATE' || (has(object.spec.template.metadata.labels)
    && 'rio.cattle.io/service' in object.spec.template.metadata.labels)
{{- end -}}

{{- define "rio.webhookImage" -}}
{{ .Values.webhook.image | default (printf "kubectlrio/rio-webhook:%s" .Chart.AppVersion) }}
{{- end -}}

{{- /* Pod Security "restricted", https://kubernetes.io/docs/concepts/security/pod-security-standards/
       Whom a pod runs as is the image's, a number that is not root's: OpenShift gives another one. */ -}}
{{- define "rio.podSecurity" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "rio.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
{{- end -}}

{{- /* Pods over the nodes and their zones, as far as there are any. */ -}}
{{- define "rio.spread" -}}
topologySpreadConstraints:
{{- range $topology := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- topologyKey: {{ $topology }}
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      app: {{ $ }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}

{{- /* Nodes that pods may run on, of a pool with Windows those with Linux; and what opens the registry. */ -}}
{{- define "rio.placement" -}}
nodeSelector: {{- toYaml (merge (dict "kubernetes.io/os" "linux") .nodeSelector) | nindent 2 }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 0 }}
{{- end }}
{{- with .imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 0 }}
{{- end }}
{{- end -}}

{{- /* One pod may always go, and a broken one too: no drain of a node waits for ever,
       however many pods there are. The argument is (list . COMPONENT APP). */ -}}
{{- define "rio.disruption" -}}
{{- $ := index . 0 -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ index . 2 }}
  namespace: {{ $.Release.Namespace }}
  labels: {{- include "rio.labels" (list $ (index . 1)) | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      app: {{ index . 2 }}
{{- end -}}

{{- /* What Helm writes on a release's objects. On those of whose making it does not know, it
       tells kubectl rio uninstall that they are nobody else's. */ -}}
{{- define "rio.ofRelease" -}}
meta.helm.sh/release-name: {{ .Release.Name }}
meta.helm.sh/release-namespace: {{ .Release.Namespace }}
{{- end -}}

{{- /* An object of helm test, made before those of a higher weight; the argument is (list . WEIGHT). */ -}}
{{- define "rio.testHook" -}}
{{ include "rio.ofRelease" (index . 0) }}
helm.sh/hook: test
helm.sh/hook-weight: {{ index . 1 | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
