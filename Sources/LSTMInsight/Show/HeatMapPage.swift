// Heat maps as a page of their own: only what is in sight is drawn, so that ten thousand steps scroll;
// the number under the pointer is told, and a click gives the command that looks closer.

/// A self-contained page of heat maps, for a browser, without anything from elsewhere.
public struct HeatMapPage: Sendable {
  private let title: String
  private let maps: [HeatMap]
  /// The command that made the page.
  private let command: String

  /// Makes a page.
  public init(title: String, _ maps: [HeatMap], command: String) {
    (self.title, self.maps, self.command) = (title, maps, command)
  }

  /// The page.
  public var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Markup.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <h1>\(Markup.escaped(title))</h1>
    <p class="command"><code>\(Markup.escaped(command))</code> <button type="button" data-copy="\(Markup.escaped(command))">Copy</button></p>
    \(maps.enumerated().map(section).joined(separator: "\n"))
    <p id="told" role="status" aria-live="polite">Point at a number to read it; click for the command that looks closer where there is one.</p>
    <script>
    const maps = [\(maps.map(data).joined(separator: ",\n"))];
    \(Self.script)
    </script>
    </body>
    </html>

    """
  }

  private func section(_ index: Int, _ map: HeatMap) -> String {
    """
    <section>
    <h2>\(Markup.escaped(map.title))</h2>
    <div class="map" tabindex="0" role="img" aria-label="\(Markup.escaped(map.title)), \(map.rows.count) rows, \(map.columns.count) columns"><canvas></canvas><div class="whole"></div></div>
    <p class="legend"><span class="bar\(map.isAroundZero ? " both" : "")"></span> \(Markup.escaped(map.legend(NumberFormat(digits: 4), isColored: true)))</p>
    </section>
    """
  }

  /// A map as an object of JavaScript.
  private func data(_ map: HeatMap) -> String {
    func texts(_ values: [String]) -> String {
      JSONText.list(values.map { .string($0) }).text().split(separator: "\n").map {
        $0.drop { $0 == " " }
      }.joined()
    }
    let rows = map.values.map { row in
      "[" + row.map { $0.isFinite ? Self.short($0) : "null" }.joined(separator: ",") + "]"
    }
    let object =
      "{title:\(texts([map.title])),rowName:\(texts([map.rowName])),columnName:\(texts([map.columnName])),"
      + "rowNumbers:\(map.rowNumbers),columnNumbers:\(map.columnNumbers),"
      + "rows:\(texts(map.rows)),columns:\(texts(map.columns)),most:\(map.scale.most),"
      + "command:\(texts([map.command ?? ""])),values:[\(rows.joined(separator: ","))]}"
    // Nothing in a text ends the script.
    return object.split(separator: "<", omittingEmptySubsequences: false).joined(
      separator: "\\u003c")
  }

  /// As many digits as single precision has.
  private static func short(_ value: Double) -> String { Precision.float.exact(value) }

  private static let style = """
    :root{color-scheme:light dark;--ground:\(Palette.lightGround);--ink:\(Palette.lightInk);--quiet:\(Palette.lightQuiet);--panel:\(Palette.lightPanel)}
    @media(prefers-color-scheme:dark){:root{--ground:\(Palette.darkGround);--ink:\(Palette.darkInk);--quiet:\(Palette.darkQuiet);--panel:\(Palette.darkPanel)}}
    body{background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:80rem}
    h1{font-size:1.3rem;margin:.2rem 0}h2{font-size:1rem;margin:1.2rem 0 .3rem;font-family:ui-monospace,monospace;overflow-wrap:anywhere}
    .command,.legend,#told{color:var(--quiet);font-size:.9rem;overflow-wrap:anywhere}
    .map{overflow:auto;position:relative;border:1px solid var(--quiet);border-radius:4px}
    .map canvas{position:sticky;left:0;top:0;display:block;z-index:1}.whole{position:absolute;left:0;top:0}
    #told{position:sticky;bottom:0;background:var(--panel);padding:.5rem .75rem;border-radius:4px;z-index:2;min-height:1.5em}
    .bar{display:inline-block;width:8rem;height:.8rem;vertical-align:middle;border:1px solid var(--quiet);background:linear-gradient(90deg,\(gradient(HeatColor.above)))}
    .bar.both{background:linear-gradient(90deg,\(gradient(HeatColor.below.reversed())),\(gradient(HeatColor.above)))}
    button{font:inherit;font-size:.85rem}
    """

  private static func gradient(_ stops: [(Int, Int, Int)]) -> String {
    stops.map { "rgb(\($0.0) \($0.1) \($0.2))" }.joined(separator: ",")
  }

  private static func list(_ stops: [(Int, Int, Int)]) -> String {
    "[" + stops.map { "[\($0.0),\($0.1),\($0.2)]" }.joined(separator: ",") + "]"
  }

  private static let script = """
    const above=\(list(HeatColor.above)),below=\(list(HeatColor.below)),told=document.getElementById("told");
    function color(v,most){
      if(v===null)return"rgb(255,0,255)";
      const s=v<0?below:above,p=Math.min(Math.abs(v)/most,1)*(s.length-1),i=Math.min(Math.floor(p),s.length-2),k=p-i;
      return"rgb("+[0,1,2].map(c=>Math.round(s[i][c]+(s[i+1][c]-s[i][c])*k)).join(",")+")";
    }
    function command(m,r,c){return m.command[0].replaceAll("ROW",m.rowNumbers[r]).replaceAll("COLUMN",m.columnNumbers[c])}
    document.querySelectorAll(".map").forEach((box,n)=>{
      const m=maps[n],canvas=box.querySelector("canvas"),whole=box.querySelector(".whole"),pen=canvas.getContext("2d");
      const cw=Math.max(6,Math.min(28,Math.floor((box.clientWidth-60)/m.columns.length))),ch=Math.max(6,Math.min(22,Math.floor(480/m.rows.length)));
      const left=12+8*Math.max(...m.rows.map(x=>[...x].length)),foot=20;
      const W=left+cw*m.columns.length,H=ch*m.rows.length+foot;
      whole.style.width=W+"px";whole.style.height=H+"px";
      box.style.height=Math.min(H+(W>box.clientWidth?20:2),Math.round(innerHeight*.7))+"px";
      function draw(){
        const w=Math.min(box.clientWidth,W),h=Math.min(box.clientHeight,H),dpr=devicePixelRatio||1;
        canvas.width=w*dpr;canvas.height=h*dpr;canvas.style.width=w+"px";canvas.style.height=h+"px";
        pen.setTransform(dpr,0,0,dpr,0,0);pen.clearRect(0,0,w,h);
        const x0=box.scrollLeft,y0=box.scrollTop,ink=getComputedStyle(document.body).color,ground=getComputedStyle(document.body).backgroundColor;
        const c0=Math.max(0,Math.floor(x0/cw)),c1=Math.min(m.columns.length,Math.ceil((x0+w-left)/cw)+1);
        const r0=Math.max(0,Math.floor(y0/ch)),r1=Math.min(m.rows.length,Math.ceil((y0+h)/ch)+1);
        for(let r=r0;r<r1;r++)for(let c=c0;c<c1;c++){pen.fillStyle=color(m.values[r][c],m.most);pen.fillRect(left+c*cw-x0,r*ch-y0,cw,ch)}
        pen.fillStyle=ground;pen.fillRect(0,0,left,h);pen.fillRect(0,h-foot,w,foot);
        pen.fillStyle=ink;pen.font="11px system-ui,sans-serif";pen.textAlign="right";
        const er=Math.ceil(12/ch);for(let r=r0;r<r1;r++)if(r%er===0&&r*ch-y0+ch/2<h-foot)pen.fillText(m.rows[r],left-6,r*ch-y0+ch/2+4);
        pen.textAlign="center";const ec=Math.ceil(44/cw);
        for(let c=c0;c<c1;c++)if(7*m.columns[c].length+4<=cw||c%ec===0){const x=left+c*cw-x0+cw/2;if(x>left)pen.fillText(m.columns[c],x,h-6)}
      }
      function at(e){
        const b=canvas.getBoundingClientRect(),c=Math.floor((e.clientX-b.left-left+box.scrollLeft)/cw),r=Math.floor((e.clientY-b.top+box.scrollTop)/ch);
        return e.clientX-b.left>=left&&c>=0&&c<m.columns.length&&r>=0&&r<m.rows.length?[r,c]:null;
      }
      function tell(r,c){
        let s=m.rowName[0]+" "+m.rowNumbers[r]+", "+m.columnName[0]+" "+m.columnNumbers[c];if(m.columns[c]!==String(m.columnNumbers[c]))s+=" ("+m.columns[c]+")";
        return m.title[0]+": "+s+": "+m.values[r][c];
      }
      box.addEventListener("scroll",draw);addEventListener("resize",draw);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change",draw);
      box.addEventListener("pointermove",e=>{const p=at(e);if(p)told.textContent=tell(...p)});
      box.addEventListener("click",e=>{
        const p=at(e);if(!p)return;told.textContent=tell(...p)+" ";
        if(!m.command[0])return;
        const code=document.createElement("code"),button=document.createElement("button");
        code.textContent=command(m,...p);button.type="button";button.dataset.copy=code.textContent;button.textContent="Copy";
        told.append(code," ",button);
      });
      draw();
    });
    document.addEventListener("click",e=>{
      const text=e.target.dataset&&e.target.dataset.copy;
      if(text&&navigator.clipboard)navigator.clipboard.writeText(text).then(()=>{e.target.textContent="Copied"});
    });
    """
}

extension HeatMap {
  var isAroundZero: Bool { if case .aroundZero = scale { true } else { false } }
}
