{{- /* Sets in an object what the values say: .object, .root */ -}}
{{- define "statestore.set" }}
{{- $object := .object }}
{{- $values := .root.Values }}
{{- $part := get $values (dig "labels" "app.kubernetes.io/component" "" $object.metadata) | default dict }}
{{- if eq $object.kind "Deployment" }}
{{- if $part.replicas }}{{ $_ := set $object.spec "replicas" $part.replicas }}{{ end }}
{{- include "statestore.setPod" (dict "pod" $object.spec.template.spec "part" $part "root" .root) }}
{{- else if eq $object.kind "CronJob" }}
{{- if $part.schedule }}{{ $_ := set $object.spec "schedule" $part.schedule }}{{ end }}
{{- include "statestore.setPod" (dict "pod" $object.spec.jobTemplate.spec.template.spec "part" $part "root" .root) }}
{{- else if eq $object.kind "PersistentVolumeClaim" }}
{{- with $part.storage.size }}{{ $_ := set $object.spec.resources.requests "storage" . }}{{ end }}
{{- with $part.storage.className }}{{ $_ := set $object.spec "storageClassName" . }}{{ end }}
{{- else if and (eq $object.kind "ClusterRole") (hasSuffix "-requests" $object.metadata.name) }}
{{- range $object.rules }}{{ $_ := set . "apiGroups" $values.promiseGroups }}{{ end }}
{{- else if hasPrefix "monitoring.coreos.com/" $object.apiVersion }}
{{- $_ := set $object.metadata "labels" (merge $object.metadata.labels $values.prometheus.labels) }}
{{- end }}
{{- end }}

{{- /* The same for a Pod: .pod, .part, .root */ -}}
{{- define "statestore.setPod" }}
{{- $values := .root.Values }}
{{- $part := .part }}
{{- $pod := .pod }}
{{- range $key := list "imagePullSecrets" "nodeSelector" "tolerations" "priorityClassName" }}
{{- with get $values $key }}{{ $_ := set $pod $key . }}{{ end }}
{{- end }}
{{- $image := printf "%s:%s" $values.image.repository ($values.image.tag | default .root.Chart.AppVersion) }}
{{- with $values.image.digest }}{{ $image = printf "%s@%s" $values.image.repository . }}{{ end }}
{{- range $container := $pod.containers }}
{{- $_ := set $container "image" $image }}
{{- with $values.image.pullPolicy }}{{ $_ := set $container "imagePullPolicy" . }}{{ end }}
{{- with $part.args }}{{ $_ := set $container "args" (concat $container.args .) }}{{ end }}
{{- with $part.resources }}{{ $_ := set $container "resources" . }}{{ end }}
{{- end }}
{{- end }}
